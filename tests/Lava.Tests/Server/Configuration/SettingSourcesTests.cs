using System.CommandLine;
using Lava.Server.Configuration;

namespace Lava.Tests.Server.Configuration;

public sealed class SettingSourcesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("10s", "20s", "30s", "00:00:10")]
    [InlineData(null, "20s", "30s", "00:00:20")]
    [InlineData(null, null, "30s", "00:00:30")]
    [InlineData(null, null, null, "00:05:00")]
    public void Get_SeveralSources_FlagBeforeEnvironmentBeforeFileBeforeDefault(
        string? flag, string? variable, string? member, string expected)
    {
        var (options, errors) = Read(
            flag is null ? [] : new() { ["idle-timeout"] = [flag] },
            variable is null ? [] : new() { ["LAVA_IDLE_TIMEOUT"] = variable },
            member is null ? "{}" : $$"""{"idle-timeout": "{{member}}"}""");
        Assert.Empty(errors);
        Assert.Equal(TimeSpan.Parse(expected, null), options.Gateway.IdleTimeout);
    }

    /// <summary>Each setting but the repeating ones and those that name files or servers, with a value that is not its default.</summary>
    public static TheoryData<string, string> Values => new()
    {
        { "node-id", "7" }, { "wallet-capacity", "5000" }, { "journal-limit", "1GiB" }, { "max-body", "1MiB" }, { "connect-timeout", "1s" },
        { "first-byte-timeout", "2s" }, { "idle-timeout", "3s" }, { "total-timeout", "4s" }, { "drain-timeout", "500ms" },
        { "grace-period", "1m" }, { "merchant-budget", "12.5" }, { "on-shortfall", "clamp" }, { "max-output-tokens", "99" },
        { "test-clock", "true" },
        { "public-url", "https://pay.example" },
        { "allow-private-webhooks", "true" },
        { "dashboard", "off" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Read_OneSetting_CountsTheSameFromEverySource(string name, string value)
    {
        var variable = "LAVA_" + name.Replace('-', '_').ToUpperInvariant();
        var byDefault = Read([], [], "{}").Options;
        var byFlag = Read(new() { [name] = [value] }, [], "{}");
        var byVariable = Read([], new() { [variable] = value }, "{}");
        var byMember = Read([], [], $$"""{"{{name}}": "{{value}}"}""");
        Assert.Empty(byFlag.Errors.Concat(byVariable.Errors).Concat(byMember.Errors));
        Assert.NotEqual(Text(byDefault), Text(byFlag.Options));
        Assert.Equal(Text(byFlag.Options), Text(byVariable.Options));
        Assert.Equal(Text(byFlag.Options), Text(byMember.Options));
    }

    [Theory]
    [InlineData(true, "--test-clock")]
    [InlineData(true, "--test-clock", "--node-id", "7")]
    [InlineData(true, "--test-clock", "true")]
    [InlineData(true, "--test-clock=true")]
    [InlineData(false, "--test-clock", "false")]
    [InlineData(false)]
    [InlineData(null, "--test-clock", "on")]
    [InlineData(null, "--test-clock", "--test-clock", "false", "--test-clock", "true")]
    public void Read_Flag_IsTrueWithoutAValue(bool? expected, params string[] arguments)
    {
        var command = new Command("serve");
        var flags = new SettingFlags(command, ServeSettings.All);
        List<string> errors = [];
        var result = command.Parse(arguments);
        var options = ServeOptions.Read(flags.Sources(result, errors), errors);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, errors.Count == 0 ? options.HasTestClock : null);
    }

    [Fact]
    public void Read_SettingThatIsNoFlagWithoutAValue_IsRefused()
    {
        var command = new Command("serve");
        _ = new SettingFlags(command, ServeSettings.All);
        Assert.NotEmpty(command.Parse("--node-id").Errors);
    }

    [Fact]
    public void Read_Twilio_AllOfItOrNothing()
    {
        var (options, errors) = Read(
            new() { ["twilio-account"] = ["AC1"], ["twilio-service"] = ["VA1"] }, new() { ["LAVA_TWILIO_TOKEN"] = "t0ken" }, "{}");
        var (_, missing) = Read(new() { ["twilio-account"] = ["AC1"], ["twilio-service"] = ["VA1"] }, [], "{}");
        var (_, wrong) = Read([], new() { ["LAVA_TWILIO_TOKEN"] = "t0ken" }, """{"twilio-account":"x","twilio-service":"VA1"}""");

        Assert.Empty(errors);
        Assert.Equal(
            ("AC1", "t0ken", "VA1", "https://verify.twilio.com/"),
            (options.Twilio!.Account, options.Twilio.Token, options.Twilio.Service, options.Twilio.Url.AbsoluteUri));
        Assert.Contains("twilio-token", Assert.Single(missing), StringComparison.Ordinal);
        Assert.Contains("twilio-account", Assert.Single(wrong), StringComparison.Ordinal);
        Assert.DoesNotContain(missing.Concat(wrong), error => error.Contains("t0ken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pay.example")]
    [InlineData("https://pay.example/shop")]
    [InlineData("https://me:pw@pay.example")]
    [InlineData("ftp://pay.example")]
    public void Read_PublicUrlThatIsNoOrigin_IsRefused(string url) =>
        Assert.Contains("public-url", Assert.Single(Read(new() { ["public-url"] = [url] }, [], "{}").Errors), StringComparison.Ordinal);

    [Fact]
    public void Read_ProvidersInTheFile_AreNamesWithHostsOrObjects()
    {
        const string File = """
            { "provider": [ "acme=llm.acme.test",
              { "name": "azure", "hosts": ["gpt.example.org"] },
              { "name": "own", "hosts": ["own.test"], "apis": [ { "api": "AnthropicMessages", "base": "/v1" } ], "keyParameter": "k" } ] }
            """;
        var (options, errors) = Read([], [], File);
        Assert.Empty(errors);
        Assert.Equal(["acme llm.acme.test", "azure gpt.example.org", "own own.test"],
            options.Providers.Select(provider => $"{provider.Name} {provider.Hosts.Single()}"));
        Assert.Equal(("AnthropicMessages", "k"), (options.Providers[2].Apis.Single().Api, options.Providers[2].KeyParameter));
        Assert.NotNull(ServeParts.Read(options, name => name == "ACME_API_KEY" ? "sk" : null, errors));
        Assert.Empty(errors);
        (_, errors) = Read([], [], """{ "provider": [ "acme", { "nam": "own" }, { "name": "own", "apis": [ { "bas": "" } ] } ] }""");
        Assert.Contains("'acme' is not valid: expected NAME=HOST", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("\"provider\" in the configuration file[1].nam: there is no such member", errors[1], StringComparison.Ordinal);
        Assert.StartsWith("\"provider\" in the configuration file[2].apis[0].bas: ", errors[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RepeatingSetting_TakesSeveralFromEverySource()
    {
        string[] both = ["a.test=http://127.0.0.1:1", "b.test=http://127.0.0.1:2"];
        var expected = Read(new() { ["upstream"] = both }, [], "{}").Options.Upstreams;
        Assert.Equal(2, expected.Count);
        Assert.Equal(expected, Read([], new() { ["LAVA_UPSTREAM"] = string.Join(';', both) }, "{}").Options.Upstreams);
        Assert.Equal(expected, Read([], [], $$"""{"upstream": ["{{both[0]}}", "{{both[1]}}"]}""").Options.Upstreams);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"idle-timeout": {}}""")]
    [InlineData("""{"idle-timeout": ["1s", "2s"]}""")]
    [InlineData("""{"unknown": 1}""")]
    public void Read_FileNotAsItShouldBe_IsAnErrorThatNamesTheFile(string json) =>
        Assert.Contains(Read([], [], json).Errors, error => error.Contains(_file, StringComparison.Ordinal));

    private (ServeOptions Options, List<string> Errors) Read(
        Dictionary<string, string[]> flags, Dictionary<string, string> variables, string json)
    {
        File.WriteAllText(_file, json);
        List<string> errors = [];
        var sources = new SettingSources(flags, name => variables.GetValueOrDefault(name), _file, errors);
        return (ServeOptions.Read(sources, errors), errors);
    }

    // Arrays compare by reference: two readings of one default would differ.
    private static string Text(ServeOptions options) => (options with { Urls = [], Upstreams = [], Providers = [] }).ToString();
}
