package org.miltergate.config.tls;

import org.miltergate.config.setting.TextForm;

/** A version of TLS that may be the oldest to be spoken. */
public enum TlsVersion {
  TLS_1_2("TLSv1.2"),
  TLS_1_3("TLSv1.3");

  /** By the names that the JDK and OpenSSL have. */
  public static final TextForm<TlsVersion> FORM =
      TextForm.ofEnum(TlsVersion.class, TlsVersion::text);

  private final String text;

  TlsVersion(String text) {
    this.text = text;
  }

  /** Returns the name that the JDK and OpenSSL have for it, such as {@code TLSv1.2}. */
  public String text() {
    return text;
  }
}
