package org.miltergate.gateway.auth;

/**
 * An authenticated client.
 *
 * @param mechanism the mechanism used, such as {@code PLAIN}
 * @param authenticationId the user whose password it proved to know
 * @param authorizationId the user that it acts for; the same unless another one was requested and
 *     permitted
 */
public record Login(String mechanism, String authenticationId, String authorizationId) {}
