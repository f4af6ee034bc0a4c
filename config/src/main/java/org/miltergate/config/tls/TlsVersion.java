package org.miltergate.config.tls;

import org.miltergate.config.setting.TextForm;

/** A version of TLS that can be the oldest one used. */
public enum TlsVersion {
  TLS_1_2("TLSv1.2"),
  TLS_1_3("TLSv1.3");

  /** By their names in the JDK and OpenSSL. */
  public static final TextForm<TlsVersion> FORM =
      TextForm.ofEnum(TlsVersion.class, TlsVersion::text);

  private final String text;

  TlsVersion(String text) {
    this.text = text;
  }

  /** Returns its name in the JDK and OpenSSL, such as {@code TLSv1.2}. */
  public String text() {
    return text;
  }
}
