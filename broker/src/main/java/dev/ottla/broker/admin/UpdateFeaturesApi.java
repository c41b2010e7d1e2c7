package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.Controller;
import dev.ottla.controller.Outcome;
import dev.ottla.controller.UpdateFeatures;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData.UpdatableFeatureResult;

/** UpdateFeatures (KIP-584): levels of features, which ApiVersions shows from then on. */
public final class UpdateFeaturesApi implements MessageHandler<UpdateFeaturesRequestData, UpdateFeaturesResponseData> {
    private static final short LAST_WITH_RESULTS = 1;

    private final Controller controller;

    private UpdateFeaturesApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<UpdateFeaturesRequestData, UpdateFeaturesResponseData> api(Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.UPDATE_FEATURES, UpdateFeaturesRequestData.class, new UpdateFeaturesApi(controller));
    }

    @Override
    public UpdateFeaturesResponseData handle(RequestContext request, UpdateFeaturesRequestData message) {
        Map<String, UpdateFeatures.Update> updates = new HashMap<>();
        message.featureUpdates()
                .forEach(update -> updates.put(
                        update.feature(), new UpdateFeatures.Update(update.maxVersionLevel(), update.upgradeType())));
        Outcome outcome = controller.submit(new UpdateFeatures(updates, message.validateOnly()));
        UpdateFeaturesResponseData response = new UpdateFeaturesResponseData()
                .setErrorCode(outcome.code().wireCode())
                .setErrorMessage(outcome.message());
        if (outcome.isOk() && request.version() <= LAST_WITH_RESULTS) {
            updates.keySet()
                    .forEach(name -> response.results()
                            .add(new UpdatableFeatureResult()
                                    .setFeature(name)
                                    .setErrorCode(ErrorCode.NONE.wireCode())
                                    .setErrorMessage(ErrorCode.NONE.name())));
        }
        return response;
    }
}
