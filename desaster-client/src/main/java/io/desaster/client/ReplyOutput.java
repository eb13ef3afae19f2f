/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.client;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the value of a reply: {@code byte[]}, {@link Long}, {@link Double}, {@link Boolean}, null,
 * {@link List}s and {@link Map}s (with texts as names) of them.
 */
final class ReplyOutput extends CommandOutput<byte[], byte[], Object> {

  private static final FieldNames NAMES = new FieldNames();

  /** A list or map that is not complete. */
  private static final class Open {
    final List<Object> list;
    final Map<String, Object> map;
    int missing;
    String name;

    Open(List<Object> list, Map<String, Object> map, int missing) {
      this.list = list;
      this.map = map;
      this.missing = missing;
    }
  }

  private final Deque<Open> open = new ArrayDeque<>(4);

  ReplyOutput() {
    super(ByteArrayCodec.INSTANCE, null);
  }

  @Override
  public void set(ByteBuffer bytes) {
    if (bytes == null) {
      value(null);
      return;
    }
    Open parent = open.peek();
    if (parent != null && parent.map != null && parent.name == null) {
      parent.name = NAMES.text(bytes);
      return;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    value(copy);
  }

  @Override
  public void set(long number) {
    value(number);
  }

  @Override
  public void set(double number) {
    value(number);
  }

  @Override
  public void set(boolean flag) {
    value(flag);
  }

  @Override
  public void multi(int count) {
    if (count < 0) {
      value(null);
    } else {
      begin(new Open(new ArrayList<>(count), null, count));
    }
  }

  @Override
  public void multiMap(int count) {
    begin(new Open(null, new LinkedHashMap<>(count * 2), count));
  }

  private void begin(Open container) {
    if (container.missing == 0) {
      value(container.list != null ? container.list : container.map);
    } else {
      open.push(container);
    }
  }

  private void value(Object value) {
    Object complete = value;
    while (true) {
      Open parent = open.peek();
      if (parent == null) {
        output = complete;
        return;
      }
      if (parent.list != null) {
        parent.list.add(complete);
      } else if (parent.name == null) {
        parent.name = String.valueOf(complete);
        return;
      } else {
        parent.map.put(parent.name, complete);
        parent.name = null;
      }
      if (--parent.missing > 0) {
        return;
      }
      open.pop();
      complete = parent.list != null ? parent.list : parent.map;
    }
  }
}
