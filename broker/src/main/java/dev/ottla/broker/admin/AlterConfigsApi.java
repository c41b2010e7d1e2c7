package dev.ottla.broker.admin;

import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.controller.ConfigResult;
import dev.ottla.controller.ConfigSetting;
import dev.ottla.controller.Controller;
import dev.ottla.controller.ReplaceConfigs;
import dev.ottla.controller.ReplaceConfigs.ResourceConfigs;
import java.util.List;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;

/** AlterConfigs, the older form: what is sent replaces all that was set for the resource. */
public final class AlterConfigsApi implements MessageHandler<AlterConfigsRequestData, AlterConfigsResponseData> {
    private final Controller controller;

    private AlterConfigsApi(Controller controller) {
        this.controller = controller;
    }

    public static MessageApi<AlterConfigsRequestData, AlterConfigsResponseData> api(Controller controller) {
        return MessageApi.onVirtualThread(
                ApiKeys.ALTER_CONFIGS, AlterConfigsRequestData.class, new AlterConfigsApi(controller));
    }

    @Override
    public AlterConfigsResponseData handle(RequestContext request, AlterConfigsRequestData message) {
        List<ResourceConfigs> resources = message.resources().stream()
                .map(resource -> new ResourceConfigs(
                        resource.resourceType(),
                        resource.resourceName(),
                        resource.configs().stream()
                                .map(config -> new ConfigSetting(config.name(), config.value()))
                                .toList()))
                .toList();
        AlterConfigsResponseData response = new AlterConfigsResponseData();
        for (ConfigResult result : controller.submit(new ReplaceConfigs(resources, message.validateOnly()))) {
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
