package dev.ottla.broker.admin;

import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.ConfigResult;
import dev.ottla.controller.Controller;
import dev.ottla.controller.IncrementalAlterConfigs;
import dev.ottla.controller.IncrementalAlterConfigs.Edit;
import dev.ottla.controller.IncrementalAlterConfigs.ResourceEdits;
import java.util.List;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;

/** IncrementalAlterConfigs (KIP-339): set, delete, append to and subtract from single configs. */
public final class IncrementalAlterConfigsApi
        implements MessageHandler<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> {
    private final Controller controller;

    private IncrementalAlterConfigsApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> api(
            Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                IncrementalAlterConfigsRequestData.class,
                new IncrementalAlterConfigsApi(controller));
    }

    @Override
    public IncrementalAlterConfigsResponseData handle(
            RequestContext request, IncrementalAlterConfigsRequestData message) {
        List<ResourceEdits> resources = message.resources().stream()
                .map(resource -> new ResourceEdits(
                        resource.resourceType(),
                        resource.resourceName(),
                        resource.configs().stream()
                                .map(config -> new Edit(config.name(), config.configOperation(), config.value()))
                                .toList()))
                .toList();
        IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
        for (ConfigResult result : controller.submit(new IncrementalAlterConfigs(resources, message.validateOnly()))) {
            response.responses()
                    .add(new AlterConfigsResourceResponse()
                            .setResourceType(result.resourceType())
                            .setResourceName(result.resourceName())
                            .setErrorCode(result.outcome().code().wireCode())
                            .setErrorMessage(Messages.of(result.outcome())));
        }
        return response;
    }
}
