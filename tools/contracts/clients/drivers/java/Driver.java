import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;

/** Sends statements with a generated Java client: Driver CLIENT_FOLDER STATEMENTS URL. */
public final class Driver {
    private static final String PACKAGE = "org.openapitools.client.";

    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = ApiClient.createDefaultObjectMapper();
        for (JsonNode statement : new ObjectMapper().readTree(new File(arguments[1]))) {
            ObjectNode result = mapper.createObjectNode().put("name", statement.get("name").asText());
            try {
                send(arguments[0], statement, arguments[2], mapper, result);
            } catch (Exception error) {
                Throwable cause = error instanceof InvocationTargetException ? error.getCause() : error;
                result.put("error", String.valueOf(cause));
            }
            System.out.println(new ObjectMapper().writeValueAsString(result));
        }
    }

    private static void send(String folder, JsonNode statement, String url, ObjectMapper mapper, ObjectNode result)
            throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(url);
        client.setRequestInterceptor(request -> {
            statement.get("headers").fields().forEachRemaining(each -> request.header(each.getKey(), each.getValue().asText()));
            authenticate(request, statement.get("credentials"));
        });
        Method method = method(folder, statement.get("operation").asText());
        Object api = method.getDeclaringClass().getConstructor(ApiClient.class).newInstance(client);
        try {
            ApiResponse<?> response = (ApiResponse<?>) method.invoke(api, values(method, statement, mapper));
            result.put("status", response.getStatusCode()).set("value", mapper.valueToTree(response.getData()));
        } catch (InvocationTargetException error) {
            if (!(error.getCause() instanceof ApiException refusal) || refusal.getCode() == 0) {
                throw error;
            }
            Class<?> model = Class.forName(PACKAGE + "model." + statement.get("model").asText());
            Object value = mapper.readValue(refusal.getResponseBody(), model);
            result.put("status", refusal.getCode()).set("value", mapper.valueToTree(value));
        }
    }

    /** The native library leaves authentication to its user. */
    private static void authenticate(java.net.http.HttpRequest.Builder request, JsonNode credentials) {
        if (credentials.hasNonNull("username")) {
            String pair = credentials.get("username").asText() + ":" + credentials.get("password").asText();
            String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + encoded);
        }
        credentials.get("header_keys").fields().forEachRemaining(each -> request.header(each.getKey(), each.getValue().asText()));
    }

    private static Method method(String folder, String operation) throws ClassNotFoundException {
        for (String file : new File(folder, "src/main/java/org/openapitools/client/api").list()) {
            Class<?> api = Class.forName(PACKAGE + "api." + file.replace(".java", ""));
            Method found = Arrays.stream(api.getMethods())
                    .filter(each -> each.getName().equals(operation + "WithHttpInfo"))
                    .min(Comparator.comparingInt(Method::getParameterCount))
                    .orElse(null);
            if (found != null) {
                return found;
            }
        }
        throw new IllegalArgumentException("the client has no " + operation);
    }

    private static Object[] values(Method method, JsonNode statement, ObjectMapper mapper) throws Exception {
        Parameter[] parameters = method.getParameters();
        Object[] values = new Object[parameters.length];
        boolean json = statement.get("media_type").asText().contains("json");
        for (int index = 0; index < values.length; index++) {
            JsonNode value = json ? index == 0 ? statement.get("body") : null : field(statement, parameters[index].getName());
            if (value != null) {
                var type = mapper.getTypeFactory().constructType(parameters[index].getParameterizedType());
                values[index] = mapper.readValue(value.toString(), type);
            }
        }
        return values;
    }

    private static JsonNode field(JsonNode statement, String parameter) {
        for (var fields = statement.get("body").fields(); fields.hasNext(); ) {
            var each = fields.next();
            if (each.getKey().replace("_", "").equalsIgnoreCase(parameter)) {
                return each.getValue();
            }
        }
        return null;
    }
}
