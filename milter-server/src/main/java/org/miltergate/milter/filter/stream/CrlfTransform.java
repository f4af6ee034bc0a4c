package org.miltergate.milter.filter.stream;

/** Makes every line end CRLF. */
final class CrlfTransform implements ByteTransform {
  private boolean afterReturn;
  private boolean inLine;

  @Override
  public void next(int octet, Output out) {
    boolean secondOfPair = afterReturn && octet == '\n';
    afterReturn = octet == '\r';
    if (secondOfPair) {
      return;
    }
    if (octet == '\r' || octet == '\n') {
      endLine(out);
    } else {
      out.write(octet);
      inLine = true;
    }
  }

  @Override
  public void end(Output out) {
    if (inLine) {
      endLine(out);
    }
  }

  private void endLine(Output out) {
    out.write('\r');
    out.write('\n');
    inLine = false;
  }
}
