/* desaster, GPL-3.0-or-later, see LICENSE */
package io.desaster.daemon.resp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.desaster.api.job.JobId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RespWriterTest {
  private static String two(Consumer<RespWriter> write) {
    RespWriter writer = new RespWriter();
    write.accept(writer);
    return writer.take().toString();
  }

  private static String three(Consumer<RespWriter> write) {
    RespWriter writer = new RespWriter().resp3(true);
    write.accept(writer);
    return writer.take().toString();
  }

  @Test
  void shouldWriteWhatBothVersionsHave() {
    Consumer<RespWriter> all =
        out -> {
          out.simple("OK").error("ERR a\r\nb").integer(0).integer(1_234_567_890_123L);
          out.integer(-17).integer(Long.MIN_VALUE).bulk("täxt").bulk("").array(0);
        };
    String expected =
        "+OK\r\n-ERR a  b\r\n:0\r\n:1234567890123\r\n:-17\r\n:-9223372036854775808\r\n"
            + "$5\r\ntäxt\r\n$0\r\n\r\n*0\r\n";
    assertThat(two(all)).isEqualTo(expected);
    assertThat(three(all)).isEqualTo(expected);
  }

  @Test
  void shouldWriteTypesOfVersionThreeAsRedisDoesInVersionTwo() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", true);
    map.put("b", null);
    map.put("c", Arrays.asList(1, 2.5, 3.0));
    map.put("d", Set.of("x"));
    assertThat(two(out -> out.value(map).verbatim("v").push(0)))
        .isEqualTo(
            "*8\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n$-1\r\n$1\r\nc\r\n*3\r\n:1\r\n$3\r\n2.5\r\n$1\r\n3"
                + "\r\n$1\r\nd\r\n*1\r\n+x\r\n$1\r\nv\r\n*0\r\n");
    assertThat(three(out -> out.value(map).verbatim("v").push(0)))
        .isEqualTo(
            "%4\r\n$1\r\na\r\n#t\r\n$1\r\nb\r\n_\r\n$1\r\nc\r\n*3\r\n:1\r\n,2.5\r\n,3\r\n$1\r\nd\r\n"
                + "~1\r\n+x\r\n=5\r\ntxt:v\r\n>0\r\n");
  }

  @Test
  void shouldWriteIdsAsTheirTexts() {
    JobId id = JobId.parse("019d5a2e-9c1f-7c43-8d0e-6a1b6f2f6d11");
    assertThat(two(out -> out.id(id))).isEqualTo("$36\r\n" + id + "\r\n");
    assertThat(two(out -> out.value(List.of(id)))).isEqualTo("*1\r\n$36\r\n" + id + "\r\n");
  }

  @Test
  void shouldGrowAndShrink() {
    RespWriter writer = new RespWriter();
    byte[] megabyte = new byte[1 << 20];
    writer.bulk(megabyte);
    assertThat(writer.take().length()).isEqualTo(megabyte.length + 12);
    writer.simple("OK");
    assertThat(writer.take().toString()).isEqualTo("+OK\r\n");
  }

  @Test
  void shouldRefuseWhatNoReplyCanHold() {
    RespWriter writer = new RespWriter();
    assertThatThrownBy(() -> writer.value(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
