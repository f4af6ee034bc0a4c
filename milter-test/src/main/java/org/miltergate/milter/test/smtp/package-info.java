/**
 * A scripted SMTP and LMTP server for tests of whatever sends mail.
 *
 * <p>It keeps the exact bytes that it got, answers each command as the test says, and can be slow,
 * silent, rude or gone. It takes nothing from the code that it tests. Start with {@link
 * org.miltergate.milter.test.smtp.ScriptedSmtpSink}.
 */
@NullMarked
package org.miltergate.milter.test.smtp;

import org.jspecify.annotations.NullMarked;
