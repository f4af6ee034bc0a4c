/**
 * Shows the gateway at work: a sample milter, three messages, and what happens to them.
 *
 * <p>The sample milter runs in this process and speaks the wire protocol over a real socket, as any
 * other milter would. Nothing here is needed to run the gateway.
 */
@NullMarked
package org.miltergate.app.demo;

import org.jspecify.annotations.NullMarked;
