package dev.ottla.conformance;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker on the folder given, until it is told to stop; says its port on standard output once it serves. */
final class BrokerMain {
    static final String READY = "serving on port ";

    private BrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Target broker = SharedBroker.start(Path.of(arguments[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        System.out.println(READY + broker.port());
        new CountDownLatch(1).await();
    }
}
