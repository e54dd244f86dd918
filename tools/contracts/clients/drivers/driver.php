<?php
// Send statements with a generated PHP client: php driver.php CLIENT_FOLDER STATEMENTS URL.
// Prints one JSON object per statement. Guzzle comes from the include path.

[, $folder, $statements, $url] = $argv;

require 'GuzzleHttp/autoload.php';
spl_autoload_register(function (string $class) use ($folder): void {
    $file = $folder . '/lib/' . str_replace('\\', '/', substr($class, strlen('OpenAPI\\Client\\'))) . '.php';
    if (str_starts_with($class, 'OpenAPI\\Client\\') && is_file($file)) {
        require $file;
    }
});

use OpenAPI\Client\ApiException;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\ObjectSerializer;

function api(string $folder, array $statement, string $url): object
{
    $credentials = $statement['credentials'];
    $configuration = (new Configuration())->setHost($url);
    $configuration->setUsername($credentials['username'] ?? '')->setPassword($credentials['password'] ?? '');
    foreach ($credentials['header_keys'] as $name => $key) {
        $configuration->setApiKey($name, $key);
    }
    $client = new GuzzleHttp\Client(['headers' => $statement['headers']]);
    foreach (glob("$folder/lib/Api/*.php") as $file) {
        $class = 'OpenAPI\\Client\\Api\\' . basename($file, '.php');
        if (method_exists($class, $statement['operation'] . 'WithHttpInfo')) {
            return new $class($client, $configuration);
        }
    }
    throw new LogicException('the client has no ' . $statement['operation']);
}

function arguments(ReflectionMethod $method, array $statement, string $body): array
{
    if ($statement['media_type'] === '') {
        return [];
    }
    if (!str_contains($statement['media_type'], 'json')) {
        return $statement['body'];
    }
    $name = $method->getParameters()[0]->getName();
    preg_match('/@param\s+([^\s|]+)\S*\s+\$' . $name . '\b/', $method->getDocComment(), $found);
    return [ObjectSerializer::deserialize(json_decode($body), $found[1])];
}

function send(string $folder, array $statement, string $body, string $url): array
{
    $api = api($folder, $statement, $url);
    $method = new ReflectionMethod($api, $statement['operation'] . 'WithHttpInfo');
    try {
        [$value, $status] = $method->invokeArgs($api, arguments($method, $statement, $body));
    } catch (ApiException $error) {
        if (!$error->getCode()) {
            throw $error;
        }
        [$value, $status] = [$error->getResponseObject(), $error->getCode()];
    }
    return ['status' => $status, 'value' => ObjectSerializer::sanitizeForSerialization($value)];
}

foreach (json_decode(file_get_contents($statements), true) as $number => $statement) {
    $body = json_encode(json_decode(file_get_contents($statements))[$number]->body);  // keeps {} apart from []
    try {
        $result = send($folder, $statement, $body, $url);
    } catch (Throwable $error) {
        $result = ['error' => get_class($error) . ': ' . substr($error->getMessage(), 0, 300)];
    }
    echo json_encode(['name' => $statement['name']] + $result), "\n";
}
