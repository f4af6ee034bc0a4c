package org.miltergate.gateway.auth;

/**
 * Who a client is, by its own proof.
 *
 * @param mechanism by which it proved it, such as {@code PLAIN}
 * @param authenticationId the user whose password it knows
 * @param authorizationId the user that it acts for; the same unless another one was asked for and
 *     permitted
 */
public record Login(String mechanism, String authenticationId, String authorizationId) {}
