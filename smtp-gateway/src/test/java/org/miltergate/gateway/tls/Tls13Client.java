package org.miltergate.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A client of TLS 1.3 that can send what no library would (RFC 8446): any record, as often as it
 * likes. It knows one cipher suite and one group, believes every server, and reads nothing after
 * the handshake.
 */
@SuppressWarnings("NullAway.Init") // the handshake sets what is missing
public final class Tls13Client implements AutoCloseable {
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int APPLICATION_DATA = 23;

  private static final int HASH_BYTES = 32;
  private static final byte[] NONE = new byte[0];

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
  private byte[] writingSecret = NONE;

  /** There are none before the handshake. */
  private @Nullable Keys writing;

  private Tls13Client(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Does the handshake on a connected socket. */
  public static Tls13Client on(Socket socket) throws IOException {
    Tls13Client client = new Tls13Client(socket);
    try {
      client.handshake();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return client;
  }

  private void handshake() throws IOException, GeneralSecurityException {
    KeyPair share = KeyPairGenerator.getInstance("X25519").generateKeyPair();
    byte[] hello = hello(littleEndian(((XECPublicKey) share.getPublic()).getU()));
    transcript.writeBytes(hello);
    record(HANDSHAKE, hello);
    byte[] serverHello = plainRecord();
    transcript.writeBytes(serverHello);
    byte[] shared = agree(share, shareIn(serverHello));
    byte[] early = extract(new byte[HASH_BYTES], new byte[HASH_BYTES]);
    byte[] secret = extract(derive(early, "derived", sha256(NONE)), shared);
    byte[] ours = derive(secret, "c hs traffic", sha256(transcript.toByteArray()));
    readToFinished(new Keys(derive(secret, "s hs traffic", sha256(transcript.toByteArray()))));
    byte[] all = sha256(transcript.toByteArray());
    byte[] master = extract(derive(secret, "derived", sha256(NONE)), new byte[HASH_BYTES]);
    writing = new Keys(ours);
    byte[] verify = hmac(expand(ours, "finished", NONE, HASH_BYTES), all);
    send(HANDSHAKE, message(20, verify));
    useKeys(derive(master, "c ap traffic", all));
  }

  private void useKeys(byte[] secret) throws GeneralSecurityException {
    writingSecret = secret;
    writing = new Keys(secret);
  }

  /** Sends one encrypted record. */
  public void send(int type, byte[] content) throws IOException {
    try {
      byte[] sealed = Objects.requireNonNull(writing, "no handshake yet").seal(type, content);
      record(APPLICATION_DATA, sealed);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Sends a line of the protocol above. */
  public void say(String text) throws IOException {
    send(APPLICATION_DATA, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends {@code KeyUpdate}, to be answered with another or not. */
  public void updateKeys(boolean answered) throws IOException {
    send(HANDSHAKE, message(24, new byte[] {(byte) (answered ? 1 : 0)}));
    try {
      useKeys(expand(writingSecret, "traffic upd", NONE, HASH_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Sends {@code close_notify}. */
  public void sayGoodbye() throws IOException {
    send(ALERT, new byte[] {1, 0});
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static byte[] hello(byte[] share) {
    ByteBuffer extensions = ByteBuffer.allocate(512);
    extension(extensions, 43, hex("020304"));
    extension(extensions, 10, hex("0002001d"));
    extension(extensions, 13, hex("000c040308040401050308050501"));
    extension(extensions, 51, join(hex("0024001d0020"), share));
    byte[] all = Arrays.copyOf(extensions.array(), extensions.position());
    byte[] length = {(byte) (all.length >> 8), (byte) all.length};
    return message(
        1, join(hex("0303"), new byte[HASH_BYTES], hex("00" + "00021301" + "0100"), length, all));
  }

  private static void extension(ByteBuffer into, int type, byte[] content) {
    into.putShort((short) type).putShort((short) content.length).put(content);
  }

  private static byte[] message(int type, byte[] content) {
    return join(
        new byte[] {(byte) type, 0, (byte) (content.length >> 8), (byte) content.length}, content);
  }

  private void record(int type, byte[] content) throws IOException {
    byte[] header = {(byte) type, 3, 3, (byte) (content.length >> 8), (byte) content.length};
    out.write(join(header, content));
  }

  /** Reads one record; leaves out that of TLS 1.2's change of ciphers, which says nothing. */
  private byte[] plainRecord() throws IOException {
    while (true) {
      int type = in.readUnsignedByte();
      in.readUnsignedShort();
      byte[] content = in.readNBytes(in.readUnsignedShort());
      if (type == ALERT) {
        throw new IOException("the server sent an alert: " + Arrays.toString(content));
      }
      if (type != 20) {
        return content;
      }
    }
  }

  private void readToFinished(Keys keys) throws IOException, GeneralSecurityException {
    ByteBuffer messages = ByteBuffer.allocate(64 * 1024);
    while (true) {
      byte[] opened = keys.open(plainRecord());
      messages.put(opened, 0, opened.length - 1); // the last is the type of the record
      messages.flip();
      while (messages.remaining() >= 4) {
        int length = messages.getInt(messages.position()) & 0xFFFFFF;
        if (messages.remaining() < 4 + length) {
          break;
        }
        byte[] message = new byte[4 + length];
        messages.get(message);
        transcript.writeBytes(message);
        if (message[0] == 20) {
          return;
        }
      }
      messages.compact();
    }
  }

  /** Finds the server's share: the only extension of 36 bytes. */
  private static byte[] shareIn(byte[] serverHello) throws IOException {
    byte[] start = hex("00330024001d0020");
    for (int i = 0; i + start.length + HASH_BYTES <= serverHello.length; i++) {
      if (Arrays.equals(serverHello, i, i + start.length, start, 0, start.length)) {
        return Arrays.copyOfRange(serverHello, i + start.length, i + start.length + HASH_BYTES);
      }
    }
    throw new IOException("no share of x25519 in the server's hello");
  }

  private static byte[] agree(KeyPair own, byte[] share) throws GeneralSecurityException {
    byte[] reversed = share.clone();
    for (int i = 0; i < share.length; i++) {
      reversed[i] = share[share.length - 1 - i];
    }
    reversed[0] &= 0x7F;
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(own.getPrivate());
    agreement.doPhase(
        KeyFactory.getInstance("X25519")
            .generatePublic(
                new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, reversed))),
        true);
    return agreement.generateSecret();
  }

  private static byte[] littleEndian(BigInteger number) {
    byte[] bytes = new byte[HASH_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  private static byte[] extract(byte[] salt, byte[] input) throws GeneralSecurityException {
    return hmac(salt, input);
  }

  private static byte[] derive(byte[] secret, String label, byte[] hash)
      throws GeneralSecurityException {
    return expand(secret, label, hash, HASH_BYTES);
  }

  /** {@code HKDF-Expand-Label} of at most one hash. */
  private static byte[] expand(byte[] secret, String label, byte[] context, int length)
      throws GeneralSecurityException {
    byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
    byte[] info =
        join(
            new byte[] {0, (byte) length, (byte) name.length},
            name,
            new byte[] {(byte) context.length},
            context,
            new byte[] {1});
    return Arrays.copyOf(hmac(secret, info), length);
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  private static byte[] sha256(byte[] data) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(data);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** One direction's key, and how many records it has protected. */
  private static final class Keys {
    private final SecretKeySpec key;
    private final byte[] iv;
    private long sequence;

    Keys(byte[] secret) throws GeneralSecurityException {
      key = new SecretKeySpec(expand(secret, "key", NONE, 16), "AES");
      iv = expand(secret, "iv", NONE, 12);
    }

    byte[] seal(int type, byte[] content) throws GeneralSecurityException {
      byte[] inner = join(content, new byte[] {(byte) type});
      return cipher(Cipher.ENCRYPT_MODE, inner.length + 16).doFinal(inner);
    }

    byte[] open(byte[] sealed) throws GeneralSecurityException {
      return cipher(Cipher.DECRYPT_MODE, sealed.length).doFinal(sealed);
    }

    private Cipher cipher(int mode, int length) throws GeneralSecurityException {
      byte[] nonce = iv.clone();
      for (int i = 0; i < Long.BYTES; i++) {
        nonce[nonce.length - 1 - i] ^= (byte) (sequence >> 8 * i);
      }
      sequence++;
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(128, nonce));
      cipher.updateAAD(new byte[] {23, 3, 3, (byte) (length >> 8), (byte) length});
      return cipher;
    }
  }
}
