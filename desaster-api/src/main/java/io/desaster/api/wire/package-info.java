/**
 * The wire form: the one place that says how jobs, queues, nodes, pools, operations, cool-down
 * entries and events become named fields and how they are read back, and how the options of {@code
 * QUEUE PUSH} become a {@link io.desaster.api.job.JobSpec} and are written. The RESP server, the
 * Java client, and the JSON of the command line and the web front end all use it, so that a field
 * has one name everywhere.
 *
 * <p>Rules of the form:
 *
 * <ul>
 *   <li>A thing is a map of fields in a fixed order. Names are words with hyphens, as those of the
 *       options of queues and pushes.
 *   <li>A value is a {@link String}, {@link Long}, {@link Boolean}, {@code byte[]}, {@link
 *       java.util.List} or {@link java.util.Map} of such. On RESP3 a map is a map and a boolean a
 *       boolean; on RESP2 a map is a flat array of names and values and a boolean the number 0 or
 *       1; in JSON bytes are a text if they are UTF-8, else {@code {"base64": "…"}}.
 *   <li>Points in time are texts in UTC with milliseconds: {@code 2026-11-24T05:02:03.123Z}; their
 *       names end in {@code -at}, {@code since} or {@code until}.
 *   <li>Lengths of time are numbers with the unit in the name ({@code lease-ms}), except in options
 *       and settings, where they are written as people do: {@code 1h30m}.
 *   <li>Constants are words in lower case with hyphens: {@code timed-out}.
 *   <li>What is absent has no field. Readers pass over fields they do not know and take missing
 *       ones as empty, 0 or false; only what names the thing must be there.
 * </ul>
 */
package io.desaster.api.wire;
