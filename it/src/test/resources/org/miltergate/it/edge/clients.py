"""Sends with Python's smtplib, as a program of its users does: HOST PORT AUTHORITY USER PASSWORD."""

import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

host, port, authority, user, password = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
context.check_hostname = False  # it is an address

with smtplib.SMTP(host, int(port), local_hostname="client.test", timeout=30) as smtp:
    smtp.starttls(context=context)
    smtp.login(user, password)

    plain = EmailMessage(policy=SMTP)
    plain["From"], plain["To"], plain["Subject"] = "alice@client.test", "bob@remote.test", "plain"
    plain.set_content("one\n.\n..two\n")
    print(smtp.send_message(plain))

    eight = EmailMessage(policy=SMTP.clone(cte_type="8bit"))
    eight["From"], eight["To"], eight["Subject"] = "alice@client.test", "bob@remote.test", "eight"
    eight.set_content("gr\u00fc\u00dfe\n", charset="iso-8859-1", cte="8bit")
    print(smtp.send_message(eight, mail_options=["BODY=8BITMIME"]))

    wide = EmailMessage(policy=SMTPUTF8)
    wide["From"], wide["To"], wide["Subject"] = "j\u00fcrgen@client.test", "\u4e2d@remote.test", "\u00fc"
    wide.set_content("\u4e2d\u6587\n", cte="8bit")
    print(smtp.send_message(wide))

    try:
        smtp.sendmail("j\u00fcrgen@client.test".encode().decode("latin-1"), "bob@remote.test", "x")
    except (smtplib.SMTPSenderRefused, UnicodeEncodeError) as refused:
        print("refused", type(refused).__name__)
