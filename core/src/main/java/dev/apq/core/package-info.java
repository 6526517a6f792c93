/**
 * The method itself in plain Java: search space, costs, accuracy predictor, evolutionary search and
 * the formats that stages exchange.
 */
@org.jspecify.annotations.NullMarked
package dev.apq.core;
