"""A filter on pymilter: adds a field, marks the subject, adds a recipient, refuses GTUBE."""

import sys

import Milter


class Sample(Milter.Base):
    def __init__(self):
        self.text = b""
        self.subject = None

    @Milter.noreply
    def connect(self, host, family, address):
        return Milter.CONTINUE

    def envfrom(self, sender, *arguments):
        self.text = b""
        self.subject = None
        return Milter.CONTINUE

    @Milter.noreply
    def header(self, name, value):
        if name.lower() == "subject":
            self.subject = value
        return Milter.CONTINUE

    def body(self, chunk):
        self.text += chunk
        return Milter.CONTINUE

    def eom(self):
        if b"GTUBE" in self.text:
            self.setreply("550", "5.7.1", "Spam by GTUBE")
            return Milter.REJECT
        self.addheader("X-Pymilter", "seen %d bytes" % len(self.text))
        if self.subject is not None:
            self.chgheader("Subject", 1, "[py] " + self.subject)
        self.addrcpt("<copy@remote.test>")
        return Milter.ACCEPT


Milter.factory = Sample
Milter.set_flags(Milter.ADDHDRS + Milter.CHGHDRS + Milter.ADDRCPT)
Milter.runmilter("sample", sys.argv[1], 30)
