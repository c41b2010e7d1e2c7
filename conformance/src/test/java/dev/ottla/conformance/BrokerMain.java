package dev.ottla.conformance;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A broker on the folder given, with settings {@code name=value} behind it, until it is told to stop; says its port on standard output once it serves. */
final class BrokerMain {
    static final String READY = "serving on port ";

    private BrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> settings = Arrays.stream(arguments)
                .skip(1)
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        Target broker = SharedBroker.start(Path.of(arguments[0]), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        System.out.println(READY + broker.port());
        new CountDownLatch(1).await();
    }
}
