/**
 * A scripted SMTP and LMTP server for tests of programs that send mail.
 *
 * <p>It records the exact bytes that it received, replies to each command as the test says, and can
 * be slow, silent, rude or gone. It uses none of the code that it tests. Start with {@link
 * org.miltergate.milter.test.smtp.ScriptedSmtpSink}.
 */
@NullMarked
package org.miltergate.milter.test.smtp;

import org.jspecify.annotations.NullMarked;
