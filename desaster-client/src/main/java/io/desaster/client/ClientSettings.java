/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import java.time.Duration;
import java.util.List;

/**
 * How a client connects and how long it is patient.
 *
 * @param hosts tried in this order, at least one
 * @param key the group's key, empty for none
 * @param name what the daemon calls this client
 * @param connectTimeout for one host, handshake included
 * @param answerTimeout how long an answer may take before the connection counts as dead; reads and
 *     changes that cannot be repeated are not waited for longer
 * @param retryFor how long submits and other repeatable changes are tried
 */
record ClientSettings(
    List<Address> hosts,
    String key,
    String name,
    Duration connectTimeout,
    Duration answerTimeout,
    Duration retryFor) {}
