using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Sdk;

/// <summary>
/// The npm packages openai, @anthropic-ai/sdk, @google/genai and @lavapayments/nodejs, unmodified (node/sdk.test.mjs); the last one whole,
/// each answer held against its types, in three generations (conformance, sdk-8, sdk-2), and its sign-in (login).
/// </summary>
[Collection(LavaCollection.Name)]
public sealed class SdkTests(LavaFixture lava)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("sdk")]
    [InlineData("spend-keys")]
    [InlineData("openapi")]
    [InlineData("conformance")]
    [InlineData("sdk-8")]
    [InlineData("sdk-2")]
    [InlineData("login")]
    public async Task Suite_AgainstTheGateway_Passes(string suite)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Lava.FunctionalTests", "Sdk", "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--test");
        start.ArgumentList.Add("--test-reporter=spec");
        start.ArgumentList.Add($"{suite}.test.mjs");
        start.Environment["LAVA_TEST_GATEWAY"] = lava.Url;
        start.Environment["LAVA_TEST_SIMULATOR"] = lava.Simulator;
        start.Environment["LAVA_TEST_KEY"] = LavaFixture.SecretKey;
        (start.Environment["LAVA_TEST_CERTIFICATE"], start.Environment["LAVA_TEST_CERTIFICATE_KEY"]) = Certificate();
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
    }

    // The SDK's realtime client speaks TLS only: the test puts it in front, as an operator does.
    private static (string Certificate, string Key) Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
