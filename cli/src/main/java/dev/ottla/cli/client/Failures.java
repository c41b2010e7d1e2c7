package dev.ottla.cli.client;

import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the errors of Kafka's client and of the broker mean to a person. */
public final class Failures {
    private Failures() {}

    /**
     * Waits for the broker's answer. The client's own time-outs bound the wait.
     *
     * @param subject what was asked about, as in `topic 'orders'`
     */
    public static <T> T await(KafkaFuture<T> future, String subject) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.of(ExitCode.FAILED, "Interrupted.");
        } catch (ExecutionException e) {
            throw explain(e, subject);
        }
    }

    /** A failure about nothing in particular. */
    public static CommandFailure explain(Throwable failure) {
        return explain(failure, null);
    }

    public static CommandFailure explain(Throwable failure, @Nullable String subject) {
        String about = subject == null ? "" : subject + ": ";
        Throwable cause = cause(failure);
        return switch (cause) {
            case CommandFailure already -> already;
            case UnknownTopicOrPartitionException e ->
                CommandFailure.of(
                                ExitCode.NOT_FOUND,
                                "There is no %s.".formatted(subject == null ? "such topic" : subject))
                        .hint("See what there is: ottla topic list")
                        .error(name(e));
            case GroupIdNotFoundException e ->
                CommandFailure.of(
                                ExitCode.NOT_FOUND,
                                "There is no %s.".formatted(subject == null ? "such group" : subject))
                        .hint("See what there is: ottla group list")
                        .error(name(e));
            case TransactionalIdNotFoundException e ->
                CommandFailure.of(
                                ExitCode.NOT_FOUND,
                                "There is no %s.".formatted(subject == null ? "such transactional id" : subject))
                        .hint("See what there is: ottla txn list")
                        .error(name(e));
            case GroupNotEmptyException e ->
                CommandFailure.of(ExitCode.FAILED, sentence(about + message(e)))
                        .hint("Stop its members first: ottla group describe shows them.")
                        .error(name(e));
            case UnknownMemberIdException e ->
                CommandFailure.of(ExitCode.FAILED, about + "it has members, and only they may commit.")
                        .hint("Stop its members first: ottla group describe shows them.")
                        .error(name(e));
            case TopicExistsException e ->
                CommandFailure.of(ExitCode.ALREADY_EXISTS, sentence(about + message(e)))
                        .error(name(e));
            case InvalidTopicException e ->
                CommandFailure.of(ExitCode.FAILED, sentence(about + message(e)))
                        .hint("Topic names: letters, digits, '.', '_' and '-', at most 249 of them.")
                        .error(name(e));
            case UnsupportedVersionException e ->
                CommandFailure.of(ExitCode.FAILED, "The broker cannot do this: " + sentence(message(e)))
                        .error(name(e));
            case AuthenticationException e ->
                CommandFailure.of(ExitCode.FAILED, "The broker does not let this client in: " + sentence(message(e)))
                        .error(name(e));
            case TimeoutException e ->
                CommandFailure.of(ExitCode.UNREACHABLE, sentence(about + "no answer in time: " + message(e)))
                        .hint("Does 'ottla cluster info' work? --timeout waits longer.")
                        .error(name(e));
            case ConfigException e ->
                CommandFailure.of(ExitCode.USAGE, "A client setting is wrong: " + sentence(message(e)));
            case ApiException e ->
                CommandFailure.of(ExitCode.FAILED, sentence(about + message(e))).error(name(e));
            case IOException e -> CommandFailure.of(ExitCode.FAILED, sentence(about + message(e)));
            default -> unforeseen(cause, about);
        };
    }

    private static CommandFailure unforeseen(Throwable cause, String about) {
        LoggerFactory.getLogger(Failures.class).debug("The whole story", cause);
        return CommandFailure.of(
                        ExitCode.FAILED, sentence(about + cause.getClass().getSimpleName() + ": " + message(cause)))
                .hint("The whole story: the same command with OTTLA_LOG=debug.");
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (isWrapper(cause)) {
            @Nullable Throwable next = cause.getCause();
            if (next == null) {
                return cause;
            }
            cause = next;
        }
        return cause;
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure.getClass() == KafkaException.class;
    }

    private static String name(ApiException e) {
        return Errors.forException(e).name();
    }

    private static String message(Throwable e) {
        @Nullable String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.strip();
    }

    private static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("?") || text.endsWith("!") ? text : text + ".";
    }
}
