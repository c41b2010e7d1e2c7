package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.coordination.TransactionGate.Mode;
import dev.ottla.broker.coordination.TransactionGate.Question;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.Transaction;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.record.BatchHeader;
import dev.ottla.replication.Partition;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets the first batch of a transaction into a partition only when the transaction's coordinator knows of it (KIP-890). */
final class TransactionAdmission {
    /** Transactions version 2: the broker adds the partitions. */
    private static final short FIRST_THAT_LEAVES_ADDING = 12;

    private static final short FIRST_THAT_KNOWS_ABORTABLE = 11;

    private final TransactionGate gate;

    TransactionAdmission(TransactionGate gate) {
        this.gate = gate;
    }

    /**
     * What to ask before a request's batches are appended; null when there is nothing. Notes for each transactional batch where its log ended when this was
     * looked at: if the transaction's end comes in behind that, the batch has come too late.
     */
    @Nullable
    Question questionFor(RequestContext context, ProduceWork work) {
        ProduceRequest request = work.request();
        String transactionalId = request.transactionalId();
        if (transactionalId == null) {
            return null;
        }
        Mode mode = leavesAdding(context.version()) ? Mode.ADD : Mode.VERIFY;
        Set<TransactionPartition> unknown = new TreeSet<>();
        ProducerIdentity producer = null;
        for (int flat = 0; flat < request.partitionCount(); flat++) {
            Partition partition = work.partition(flat);
            ProducerIdentity sender = senderOf(request, flat, context.body());
            if (partition == null || sender == null) {
                continue;
            }
            long askedAt = partition.endOffset();
            work.asking(flat, askedAt);
            if (partition.hasOpenTransaction(sender.producerId(), sender.epoch())) {
                continue;
            }
            ErrorCode refusal = partition.checkPending(sender.producerId(), sender.epoch(), askedAt);
            if (refusal == ErrorCode.INVALID_PRODUCER_EPOCH) {
                work.refuse(flat, refusal, null);
            } else {
                int sequence = BatchHeader.baseSequence(context.body(), request.recordsAt(flat));
                partition.holdFirst(sender.producerId(), sender.epoch(), sequence);
                producer = sender;
                unknown.add(new TransactionPartition(
                        partition.id().topic(), partition.id().partition()));
            }
        }
        return producer == null ? null : new Question(transactionalId, producer, unknown, mode);
    }

    private static boolean leavesAdding(short produceVersion) {
        return produceVersion >= FIRST_THAT_LEAVES_ADDING;
    }

    /** The version of transactions that a client speaks. */
    static short transactionVersion(short produceVersion) {
        return leavesAdding(produceVersion) ? Transaction.VERSION_2 : Transaction.VERSION_0;
    }

    private static @Nullable ProducerIdentity senderOf(ProduceRequest request, int flat, ByteBuffer body) {
        int at = request.recordsAt(flat);
        boolean transactional = request.recordsSizeBytes(flat) >= BatchHeader.SIZE_BYTES
                && BatchHeader.magic(body, at) == BatchHeader.MAGIC_V2
                && BatchHeader.isTransactional(body, at);
        return transactional
                ? new ProducerIdentity(BatchHeader.producerId(body, at), BatchHeader.producerEpoch(body, at))
                : null;
    }

    /** Asks; every partition that is not let in has its result when {@code then} is run, on the loop. */
    void ask(RequestContext context, ProduceWork work, Question question, Runnable then) {
        gate.ask(question, new Waiter<>() {
            @Override
            public void answer(Map<TransactionPartition, ErrorCode> codes) {
                settle(where -> codes.getOrDefault(where, ErrorCode.INVALID_TXN_STATE));
            }

            @Override
            public void refuse(ErrorCode code, String detail) {
                settle(where -> code);
            }

            private void settle(Function<TransactionPartition, ErrorCode> codes) {
                context.runOnLoop(() -> {
                    refuseOthers(work, question, codes, context.version());
                    then.run();
                });
            }
        });
    }

    private static void refuseOthers(
            ProduceWork work, Question question, Function<TransactionPartition, ErrorCode> codes, short version) {
        for (int flat = 0; flat < work.request().partitionCount(); flat++) {
            Partition partition = work.partition(flat);
            if (partition == null) {
                continue;
            }
            TransactionPartition where = new TransactionPartition(
                    partition.id().topic(), partition.id().partition());
            if (!question.partitions().contains(where)) {
                continue;
            }
            ErrorCode code = codes.apply(where);
            if (code == ErrorCode.NONE && question.mode() == Mode.ADD) {
                // The end of the transaction before may have come in meanwhile; that of this one would have raised the
                // epoch.
                work.asking(flat, partition.endOffset());
            } else if (code != ErrorCode.NONE) {
                ErrorCode said = said(code, question.mode(), version);
                ProduceResults.Refusal why = said == ErrorCode.INVALID_TXN_STATE
                        ? ProduceResults.Refusal.because("Partition was not added to the transaction")
                        : null;
                work.refuse(flat, said, why);
            }
        }
    }

    /** In words that the client knows, retriable where asking again helps. */
    private static ErrorCode said(ErrorCode code, Mode mode, short version) {
        return switch (code) {
            case TRANSACTION_ABORTABLE -> version >= FIRST_THAT_KNOWS_ABORTABLE ? code : ErrorCode.INVALID_TXN_STATE;
            case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case CONCURRENT_TRANSACTIONS -> mode == Mode.ADD ? code : ErrorCode.NOT_ENOUGH_REPLICAS;
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR ->
                ErrorCode.NOT_ENOUGH_REPLICAS;
            default -> code;
        };
    }
}
