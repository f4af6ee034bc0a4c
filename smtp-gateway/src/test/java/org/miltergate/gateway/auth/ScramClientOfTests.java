package org.miltergate.gateway.auth;

import com.ongres.scram.common.ClientFinalMessage;
import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.Gs2Header;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramParseException;
import java.util.Base64;
import org.miltergate.milter.bytes.Bytes;

/** The client's side of SCRAM-SHA-256, of the library's messages. */
final class ScramClientOfTests {
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

  private final ClientFirstMessage first;
  private final String password;
  private byte[] salted = new byte[0];
  private String messages = "";

  ScramClientOfTests(String user, String password) {
    this.first = new ClientFirstMessage(user, "fyko+d2lbbFgONRv9qkxdawL");
    this.password = password;
  }

  Bytes first() {
    return Bytes.ofUtf8(first.toString());
  }

  /** Returns the message with the proof. */
  Bytes answer(SaslStep serverFirst) throws ScramParseException {
    String text = ((SaslStep.Challenge) serverFirst).data().toUtf8String();
    ServerFirstMessage server = ServerFirstMessage.parseFrom(text, first.getClientNonce());
    salted =
        ScramFunctions.saltedPassword(
            MECHANISM,
            StringPreparation.SASL_PREPARATION,
            password.toCharArray(),
            Base64.getDecoder().decode(server.getSalt()),
            server.getIterationCount());
    messages = ScramFunctions.authMessage(first, server, null);
    byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
    byte[] signature =
        ScramFunctions.clientSignature(
            MECHANISM, ScramFunctions.storedKey(MECHANISM, clientKey), messages);
    Gs2Header header = first.getGs2Header();
    byte[] proof = ScramFunctions.clientProof(clientKey, signature);
    return Bytes.ofUtf8(new ClientFinalMessage(header, null, server.getNonce(), proof).toString());
  }

  /** Checks the server's proof, and returns the last word. */
  Bytes accept(SaslStep serverFinal) {
    String text = ((SaslStep.Challenge) serverFinal).data().toUtf8String();
    byte[] signature = Base64.getDecoder().decode(text.substring("v=".length()));
    byte[] key = ScramFunctions.serverKey(MECHANISM, salted);
    if (!ScramFunctions.verifyServerSignature(MECHANISM, key, messages, signature)) {
      throw new AssertionError("the server does not know the password");
    }
    return Bytes.EMPTY;
  }
}
