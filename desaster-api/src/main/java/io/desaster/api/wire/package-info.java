/**
 * The wire form: the one place that says how jobs, queues, nodes, pools, operations, cool-down
 * entries and events become named fields (ordered maps of texts, numbers, lists and maps) and how
 * they are read back, and how the options of {@code QUEUE PUSH} become a {@link
 * io.desaster.api.job.JobSpec} and are written. The RESP server, the Java client, and the JSON of
 * the command line and the web front end all use it, so that a field has one name everywhere.
 */
package io.desaster.api.wire;
