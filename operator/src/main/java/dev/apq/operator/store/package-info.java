/** The artifact store as the operator sees it: layout, verification, seals, quarantine. */
@NullMarked
package dev.apq.operator.store;

import org.jspecify.annotations.NullMarked;
