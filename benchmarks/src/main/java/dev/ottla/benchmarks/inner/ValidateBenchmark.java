package dev.ottla.benchmarks.inner;

import dev.ottla.record.BatchValidator;
import dev.ottla.record.Codec;
import dev.ottla.record.ValidationOutcome;
import dev.ottla.record.ValidationRules;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A batch of 16 KiB, its CRC and each of its records. */
@State(Scope.Thread)
public class ValidateBenchmark {
    private static final int RECORDS = 150;
    private static final int VALUE_BYTES = 100;
    private static final ValidationRules RULES = ValidationRules.defaults();

    @Param({"NONE", "LZ4", "ZSTD"})
    private String codec = "NONE";

    private ByteBuffer batch = ByteBuffer.allocate(0);
    private BatchValidator validator = new BatchValidator();

    @Setup(Level.Trial)
    public void prepare() {
        batch = Batches.direct(Codec.valueOf(codec), RECORDS, VALUE_BYTES);
    }

    @TearDown(Level.Trial)
    public void close() {
        validator.close();
        validator = new BatchValidator();
    }

    @Benchmark
    public ValidationOutcome validate() {
        return validator.validate(batch, RULES, Batches.TIME_MS);
    }
}
