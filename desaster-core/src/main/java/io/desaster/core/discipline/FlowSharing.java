/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.core.discipline;

/** A leaf discipline that shares among flows. */
public interface FlowSharing {
  /** What is told of each flow that has jobs waiting or running. */
  interface FlowReader {
    /**
     * A flow.
     *
     * @param waiting its jobs that wait
     * @param running its jobs that run
     * @param weight its part beside other flows
     */
    void flow(String name, int waiting, int running, double weight);
  }

  void readFlows(FlowReader reader);

  /** Whether it shares slot time rather than cost. */
  boolean sharesSlotTime();

  /** Jobs of one flow that may run at once, 0: no limit. */
  int flowMaxRunning();

  /** Whether the flow runs as many as it may. */
  boolean full(String flow);
}
