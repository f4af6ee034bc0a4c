/**
 * What a setting is: its name in a document, the form and range of its value, its default, the
 * parameter of Postfix that means the same, and a line of description.
 *
 * <p>Each record of settings has one {@link org.miltergate.config.setting.Table} that says all of
 * this once. The record's checks, the reader of documents, the printer, the annotated example and
 * the reference in {@code docs/configuration.md} come from it. Knows nothing of YAML, nor of any
 * particular setting. Start with {@link org.miltergate.config.setting.Settings}, then look at the
 * rows of a short record, such as {@link org.miltergate.config.limits.LoadConfig}.
 */
@NullMarked
package org.miltergate.config.setting;

import org.jspecify.annotations.NullMarked;
