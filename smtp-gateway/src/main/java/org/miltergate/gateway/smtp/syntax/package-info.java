/**
 * The grammar of SMTP commands: paths, ESMTP arguments, attributes of XCLIENT, and what the
 * arguments of DSN mean.
 *
 * <p>Text in, values out; knows no session and no socket. Next hops and bounces use it, too. Start
 * with {@link org.miltergate.gateway.smtp.syntax.PathParser} and {@link
 * org.miltergate.gateway.smtp.syntax.EsmtpArgument}.
 */
@NullMarked
package org.miltergate.gateway.smtp.syntax;

import org.jspecify.annotations.NullMarked;
