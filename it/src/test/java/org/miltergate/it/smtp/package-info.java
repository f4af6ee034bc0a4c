/** An SMTP client that does exactly what a test says, and tells what it was answered. */
@NullMarked
package org.miltergate.it.smtp;

import org.jspecify.annotations.NullMarked;
