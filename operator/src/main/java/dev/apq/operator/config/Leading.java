package dev.apq.operator.config;

/**
 * Told, as a CDI event, when this instance becomes the leader. It ends when it no longer is.
 *
 * @param identity its name in the election
 */
public record Leading(String identity) {}
