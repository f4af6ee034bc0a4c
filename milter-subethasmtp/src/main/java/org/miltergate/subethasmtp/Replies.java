package org.miltergate.subethasmtp;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.RejectException;

/** Replies of milters as exceptions of SubEthaSMTP, and the other way round. */
final class Replies {
  private static final Pattern LINE = Pattern.compile("(?:\\d{3}[ -])?(.*)");

  private Replies() {}

  /** Throws if a milter refuses; a reply that closes the connection has one line there. */
  static void require(Verdict verdict) throws RejectException {
    if (verdict instanceof Verdict.Refuse(SmtpReply reply, var source)) {
      throw rejection(reply);
    }
  }

  static RejectException rejection(SmtpReply reply) {
    return reply.closesConnection()
        ? new DropConnectionException(reply.code(), firstLine(reply))
        : new MultilineRejection(reply);
  }

  static String firstLine(SmtpReply reply) {
    return reply.lines().getFirst().toUtf8String();
  }

  /** Returns what a handler of the server says to the client. */
  static SmtpReply of(RejectException rejection) {
    List<Bytes> lines =
        rejection
            .getErrorResponse()
            .lines()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .map(line -> Bytes.ofUtf8(line.group(1).replace("\0", "")))
            .toList();
    int code = rejection.getCode();
    return new SmtpReply(
        code >= 400 && code <= 599 ? code : RejectException.DEFAULT_CODE,
        lines.isEmpty() ? List.of(Bytes.EMPTY) : lines);
  }

  /** SubEthaSMTP sends what this says, and a line end. */
  private static final class MultilineRejection extends RejectException {
    private static final long serialVersionUID = 1;

    private final String response;

    MultilineRejection(SmtpReply reply) {
      super(reply.code(), firstLine(reply));
      response = reply.toBytes().toUtf8String().lines().collect(Collectors.joining("\r\n"));
    }

    @Override
    public String getErrorResponse() {
      return response;
    }
  }
}
