/**
 * The API {@code apq.dev/v1alpha1}: what users apply and what the operator reports.
 *
 * <p>Records hold the API server's defaults too, so that a reader never meets an absent field that
 * has one. Decimals are strings: floating point in specifications does not survive round trips.
 */
@NullMarked
package dev.apq.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
