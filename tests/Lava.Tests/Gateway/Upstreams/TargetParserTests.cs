using System.Text;
using Lava.Gateway.Upstreams;
using Lava.Metering;
using Lava.Metering.Catalog;

namespace Lava.Tests.Gateway.Upstreams;

public sealed class TargetParserTests
{
    private readonly TargetParser _parser = new(ProviderCatalog.Default, UpstreamOverrides.None);

    [Theory]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fchat%2Fcompletions", "https://api.openai.com/v1/chat/completions")]
    [InlineData("?u=https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions")]
    [InlineData("?u=HTTPS://API.OpenAI.com:443/v1/chat/completions", "https://api.openai.com/v1/chat/completions")]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fchat%2Fcompletions%3Fx%3D1%26y%3D2",
        "https://api.openai.com/v1/chat/completions?x=1&y=2")]
    [InlineData("?u=https://api.anthropic.com/v1/messages?beta=true&a=b", "https://api.anthropic.com/v1/messages?beta=true&a=b")]
    [InlineData("?z=%20&u=https://api.anthropic.com/v1/messages&metadata=%7B%7D&a=%2f&b",
        "https://api.anthropic.com/v1/messages?z=%20&a=%2f&b")]
    [InlineData("?key=aks_test_abc&u=https://api.anthropic.com/v1/messages?key=AIza&q=1", "https://api.anthropic.com/v1/messages?q=1")]
    [InlineData("?u=https://api.anthropic.com/v1/messages?k%65y=AIza&access_token=1&oauth_token=2&keys=3",
        "https://api.anthropic.com/v1/messages?keys=3")]
    [InlineData("?u=https%3A%2F%2Fapi.anthropic.com%2Fv1%2Fmessages%3Fkey%3DAIza", "https://api.anthropic.com/v1/messages")]
    [InlineData("?u=https%3A%2F%2Fapi.anthropic.com%2Fv1%2Fmessages%3Fu%3D1%26metadata%3D2",
        "https://api.anthropic.com/v1/messages?u=1&metadata=2")]
    public void Parse_AnySpelling_KeepsPathAndQuery(string query, string expected)
    {
        Assert.Equal(TargetOutcome.Ok, _parser.Parse("POST", "", query, out var target));
        Assert.Equal(expected, target!.Uri.OriginalString);
        Assert.Equal(expected[8..].Split('/', 2)[0], target.Uri.Host);
        Assert.Equal("/" + expected[8..].Split('/', 2)[1], target.Uri.PathAndQuery);
        Assert.Equal("POST " + expected.Split('?')[0], target.Display);
    }

    [Theory]
    [InlineData("?u=https://api.openai.com/v1/x/anthropic.claude%3A0/a%2Fb", "/v1/x/anthropic.claude%3A0/a%2Fb")]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fx%2Fanthropic.claude%253A0", "/v1/x/anthropic.claude%3A0")]
    [InlineData("?u=https://api.openai.com/v1/x/%7euser/%c3%bc", "/v1/x/%7euser/%c3%bc")]
    [InlineData("?u=https://api.openai.com/v1//x", "/v1//x")]
    [InlineData("?u=https://api.openai.com", "/")]
    [InlineData("?u=https://api.openai.com?a=1", "/?a=1")]
    public void Parse_PercentEncodingInThePath_IsKeptByteForByte(string query, string expected)
    {
        Assert.Equal(TargetOutcome.Ok, _parser.Parse("GET", "", query, out var target));
        Assert.Equal(expected, target!.Uri.PathAndQuery);
    }

    [Theory]
    [InlineData("", TargetOutcome.Missing)]
    [InlineData("?", TargetOutcome.Missing)]
    [InlineData("?u", TargetOutcome.Missing)]
    [InlineData("?u=", TargetOutcome.Missing)]
    [InlineData("?x=https://api.openai.com/v1/models", TargetOutcome.Missing)]
    [InlineData("?u=https://api.openai.com/v1/models&u=https://api.openai.com/v1/models", TargetOutcome.Duplicate)]
    [InlineData("?u=api.openai.com/v1/models", TargetOutcome.Malformed)]
    [InlineData("?u=//api.openai.com/v1/models", TargetOutcome.Malformed)]
    [InlineData("?u=https:/api.openai.com/v1/models", TargetOutcome.Malformed)]
    [InlineData("?u=https%3A%5C%5Capi.openai.com", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=http://api.openai.com/v1/models", TargetOutcome.NotHttps)]
    [InlineData("?u=http%3A%2F%2Fapi.openai.com", TargetOutcome.NotHttps)]
    [InlineData("?u=file:///etc/passwd", TargetOutcome.NotHttps)]
    [InlineData("?u=gopher://127.0.0.1:6379/_", TargetOutcome.NotHttps)]
    [InlineData("?u=javascript:alert(1)", TargetOutcome.Malformed)]
    [InlineData("?u=https://", TargetOutcome.InvalidHost)]
    [InlineData("?u=https:///v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://evil.test/v1", TargetOutcome.UnknownHost)]
    [InlineData("?u=https://api.openai.com.evil.test/v1", TargetOutcome.UnknownHost)]
    [InlineData("?u=https://xapi.openai.com/v1", TargetOutcome.UnknownHost)]
    [InlineData("?u=https://openai.com/v1", TargetOutcome.UnknownHost)]
    [InlineData("?u=https://api.openai.com@evil.test/v1", TargetOutcome.UserInfo)]
    [InlineData("?u=https://evil.test@api.openai.com/v1", TargetOutcome.UserInfo)]
    [InlineData("?u=https://user:pass@api.openai.com/v1", TargetOutcome.UserInfo)]
    [InlineData("?u=https://evil.test%40api.openai.com/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://evil.test%2F@api.openai.com/v1", TargetOutcome.UserInfo)]
    [InlineData("?u=https://evil.test%23api.openai.com/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://evil.test#api.openai.com/v1", TargetOutcome.Fragment)]
    [InlineData("?u=https%3A%2F%2Fevil.test%23@api.openai.com/v1", TargetOutcome.Fragment)]
    [InlineData("?u=https://api.openai.com/v1/models#x", TargetOutcome.Fragment)]
    [InlineData("?u=https://api.openai.com%2eevil.test/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%252Fevil", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://api%2eopenai%2ecom/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://api.openai.com./v1/models", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://api..openai.com/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://.api.openai.com/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://-api.openai.com/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://localhost/v1", TargetOutcome.InvalidHost)]
    [InlineData("?u=https://metadata.google.internal/computeMetadata/v1", TargetOutcome.UnknownHost)]
    [InlineData("?u=https://api.openai.com:8443/v1", TargetOutcome.Port)]
    [InlineData("?u=https://api.openai.com:/v1", TargetOutcome.Port)]
    [InlineData("?u=https://api.openai.com:0443/v1", TargetOutcome.Port)]
    [InlineData("?u=https://api.openai.com:443:443/v1", TargetOutcome.Port)]
    [InlineData("?u=https://127.0.0.1/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://127.1/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://2130706433/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://0x7f000001/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://0x7f.0.0.0x1/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://0177.0.0.01/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://127.0.0.1./v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://169.254.169.254/latest/meta-data", TargetOutcome.IpAddress)]
    [InlineData("?u=https://8.8.8.8/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://[::1]/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://[::ffff:127.0.0.1]/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://[fd00:ec2::254]/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://[::1%25eth0]/v1", TargetOutcome.IpAddress)]
    [InlineData("?u=https://::1/v1", TargetOutcome.Port)]
    [InlineData("?u=https://api.openai.com\\@evil.test/v1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https:\\\\api.openai.com/v1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/%0d%0aX-Evil:1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%2Fv1%0D%0AX-Evil:1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/\t", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/a b", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%2F%00", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https%3A%2F%2Fapi.openai.com%2F%2500", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/%00", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/%7f", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/models&x=%0a", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/models&x=ü", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api。openai。com/v1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://ａpi.openai.com/v1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https%3A%2F%2Fapi%E3%80%82openai.com", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://①②⑦.0.0.1/v1", TargetOutcome.ForbiddenCharacter)]
    [InlineData("?u=https://api.openai.com/v1/%", TargetOutcome.Malformed)]
    [InlineData("?u=https://api.openai.com/v1/%2", TargetOutcome.Malformed)]
    [InlineData("?u=https://api.openai.com/v1/%zz", TargetOutcome.Malformed)]
    [InlineData("?u=https://api.openai.com/v1/models&x=%z", TargetOutcome.Malformed)]
    [InlineData("?u=https://api.openai.com/v1/files/../chat/completions", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/v1/files/..", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/./v1", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/v1/files/%2e%2E/chat/completions", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/v1/files/.%2e/chat/completions", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/v1/files/x%2f..%2f..%2fchat", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/v1/files/..%5cchat", TargetOutcome.DotSegment)]
    [InlineData("?u=https://api.openai.com/v1/files/..;x/chat", TargetOutcome.DotSegment)]
    public void Parse_HostileTarget_IsRefusedWithItsReason(string query, TargetOutcome expected)
    {
        Assert.Equal(expected, _parser.Parse("GET", "", query, out var target));
        Assert.Null(target);
    }

    [Theory]
    [InlineData("POST", "https://api.openai.com/v1/fine_tuning/jobs")]
    [InlineData("POST", "https://api.openai.com/v1/chat/%63ompletions")]
    [InlineData("POST", "https://api.openai.com/v1//chat/completions")]
    [InlineData("POST", "https://api.openai.com/v1/chat/completions/")]
    [InlineData("POST", "https://api.openai.com/V1/chat/completions")]
    [InlineData("PUT", "https://api.openai.com/v1/chat/completions")]
    [InlineData("PATCH", "https://api.openai.com/v1/models")]
    [InlineData("QUERY", "https://api.openai.com/v1/models")]
    [InlineData("get", "https://api.openai.com/v1/models")]
    [InlineData("POST", "https://api.anthropic.com/v1/messages/batches")]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1beta/models/m:countTokens:generateContent")]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1beta/models/:generateContent")]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1beta/x/models/m:generateContent")]
    public void Parse_CallThatNobodyCouldCount_IsRefused(string method, string url) =>
        Assert.Equal(TargetOutcome.NotMetered, _parser.Parse(method, "", "?u=" + url, out _));

    [Theory]
    [InlineData("POST", "https://api.openai.com/v1/chat/completions", "openai", ApiFormat.OpenAiChat, "", true, false)]
    [InlineData("POST", "https://api.openai.com/v1/responses", "openai", ApiFormat.OpenAiResponses, "", false, false)]
    [InlineData("POST", "https://api.openai.com/v1/moderations", "openai", ApiFormat.None, "", false, false)]
    [InlineData("GET", "https://api.openai.com/v1/models", "openai", ApiFormat.None, "", false, false)]
    [InlineData("DELETE", "https://api.openai.com/v1/files/file-1", "openai", ApiFormat.None, "", false, false)]
    [InlineData("POST", "https://api.anthropic.com/v1/messages", "anthropic", ApiFormat.AnthropicMessages, "", false, false)]
    [InlineData("POST", "https://api.anthropic.com/v1/messages/count_tokens", "anthropic", ApiFormat.None, "", false, false)]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:generateContent", "google",
        ApiFormat.Gemini, "gemini-2.0-flash", false, false)]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1/models/gemini-2.0-flash:streamGenerateContent?alt=sse", "google",
        ApiFormat.Gemini, "gemini-2.0-flash", false, true)]
    [InlineData("POST", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:countTokens", "google",
        ApiFormat.None, "gemini-2.0-flash", false, false)]
    public void Parse_KnownPath_KnowsWhatItMeans(
        string method, string url, string provider, ApiFormat format, string model, bool includeUsage, bool streams)
    {
        Assert.Equal(TargetOutcome.Ok, _parser.Parse(method, provider, "?u=" + Uri.EscapeDataString(url), out var target));
        Assert.Equal(provider, target!.Provider.Name);
        Assert.Equal(format, target.Endpoint.Format);
        Assert.Equal(model, Encoding.UTF8.GetString(target.Model.Span));
        Assert.Equal(includeUsage, target.Endpoint.IncludeUsage);
        Assert.Equal(streams, target.Endpoint.Streams);
    }

    [Theory]
    [InlineData("openai", TargetOutcome.Ok)]
    [InlineData("azure-openai_2", TargetOutcome.Ok)]
    [InlineData("openai/v1", TargetOutcome.InvalidRoute)]
    [InlineData("..", TargetOutcome.InvalidRoute)]
    [InlineData("a%2f", TargetOutcome.InvalidRoute)]
    public void Parse_Route_MustLookLikeAName(string route, TargetOutcome expected)
    {
        Assert.Equal(expected, _parser.Parse("GET", route, "?u=https://api.anthropic.com/v1/models", out _));
        var tooLong = new string('a', 65);
        Assert.Equal(TargetOutcome.InvalidRoute, _parser.Parse("GET", tooLong, "?u=https://api.anthropic.com/v1/models", out _));
    }

    [Theory]
    [InlineData(0, TargetOutcome.Ok)]
    [InlineData(1, TargetOutcome.TooLong)]
    public void Parse_AtAndOverTheLimit_OkAndTooLong(int over, TargetOutcome expected)
    {
        var url = "https://api.openai.com/";
        url += new string('x', TargetParser.MaxLength - url.Length + over);
        Assert.Equal(expected, _parser.Parse("GET", "", "?u=" + url, out _));
        Assert.Equal(TargetOutcome.TooLong, _parser.Parse("GET", "", "?u=https://api.openai.com/&a=" + new string('x', 8192), out _));
    }

    [Fact]
    public void Parse_SameQueryAgain_SharesTheTargetAndAllocatesNothing()
    {
        const string query = "?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fresponses";
        _parser.Parse("POST", "openai", query, out var first);
        Assert.Equal(0, Allocations.Least(() => _parser.Parse("POST", "openai", query, out _)));
        _parser.Parse("POST", "openai", query, out var second);
        Assert.Same(first, second);
        Assert.Equal(TargetOutcome.Ok, _parser.Parse("GET", "", query, out var other));
        Assert.False(other!.Endpoint.IsMetered);
    }

    [Theory]
    [InlineData("?u=https://api.openai.com/v1/models&metadata=%7B%7D")]
    [InlineData("?u=https://api.openai.com/v1/models?key=aks_test_abc")]
    public void Parse_QueryWithMoreThanTheTarget_IsNotKept(string query)
    {
        _parser.Parse("GET", "", query, out var first);
        _parser.Parse("GET", "", query, out var second);
        Assert.NotSame(first, second);
    }

    [Theory]
    [InlineData("POST", "/serving/vendor.model-v1%3A0/invocations", "vendor.model-v1:0", "")]
    [InlineData("POST", "/serving/arn%3Aaws%3Ax%3A1%3Aprofile%2Fm/invocations", "arn:aws:x:1:profile/m", "")]
    [InlineData("POST", "/fal/flux/schnell", "flux/schnell", "")]
    [InlineData("GET", "/fal/wizper/requests/a%2D1", "fal/wizper", "a-1")]
    [InlineData("POST", "/listen?language=en&model=nova%2D3", "nova-3", "")]
    [InlineData("POST", "/listen?mod%65l=nova-3", "nova-3", "")]
    [InlineData("POST", "/listen?language=en", "base", "")]
    [InlineData("POST", "/listen", "base", "")]
    [InlineData("POST", "/search", "search", "")]
    [InlineData("GET", "/result?id=job%201&x=2", "", "job 1")]
    [InlineData("POST", "/openai/v1/chat/completions", "", "")]
    public void Parse_ModelAndJob_DecodedWhileTheUrlStays(string method, string path, string model, string job)
    {
        Assert.Equal(TargetOutcome.Ok, Own().Parse(method, "", "?u=https://own.example.test" + path, out var target));
        Assert.Equal(model, Encoding.UTF8.GetString(target!.Model.Span));
        Assert.Equal(job, Encoding.UTF8.GetString(target.JobId.Span));
        Assert.True(target.Endpoint.IsMetered);
        Assert.Equal("https://own.example.test" + path, target.Uri.OriginalString);
        Assert.Equal(path, target.Uri.PathAndQuery);
    }

    [Theory]
    [InlineData("POST", "?u=https://own.example.test/listen?model=cheap&model=dear", TargetOutcome.ParameterTwice)]
    [InlineData("POST", "?u=https://own.example.test/listen?model=cheap&mod%65l=dear", TargetOutcome.ParameterTwice)]
    [InlineData("POST", "?model=dear&u=https://own.example.test/listen?model=cheap", TargetOutcome.ParameterTwice)]
    [InlineData("GET", "?u=https://own.example.test/result?id=1&id=2", TargetOutcome.ParameterTwice)]
    [InlineData("POST", "?u=https://own.example.test/listen?model=once&model=once", TargetOutcome.Ok)]
    [InlineData("GET", "?u=https://own.example.test/fal/wizper/requests/1/status", TargetOutcome.Ok)]
    [InlineData("GET", "?u=https://own.example.test/other", TargetOutcome.Ok)]
    [InlineData("GET", "?u=https://own.example.test/result/?id=1", TargetOutcome.NotMetered)]
    [InlineData("GET", "?u=https://own.example.test/RESULT?id=1", TargetOutcome.NotMetered)]
    [InlineData("GET", "?u=https://own.example.test/%72esult?id=1", TargetOutcome.NotMetered)]
    [InlineData("GET", "?u=https://own.example.test//result?id=1", TargetOutcome.NotMetered)]
    [InlineData("GET", "?u=https://own.example.test/fal%2Fwizper/Requests/1/", TargetOutcome.NotMetered)]
    [InlineData("GET", "?u=https://own.example.test//other/a%2Fb%3A0/", TargetOutcome.Ok)]
    public void Parse_WhatTwoReadersCouldReadTwoWays_IsRefused(string method, string query, TargetOutcome expected) =>
        Assert.Equal(expected, Own().Parse(method, "", query, out _));

    [Fact]
    public void Parse_Overridden_CallsTheOperatorsBase()
    {
        Assert.True(UpstreamOverrides.TryParse(
            ["api.openai.com=http://127.0.0.1:9090/base/", "*=http://[::1]:9091"], out var overrides, out _));
        var parser = new TargetParser(ProviderCatalog.Default, overrides);
        Assert.Equal(TargetOutcome.Ok, parser.Parse("GET", "", "?u=https://api.openai.com/v1/a%3Ab?x=%2f", out var target));
        Assert.Equal("http://127.0.0.1:9090/base/v1/a%3Ab?x=%2f", target!.Uri.OriginalString);
        Assert.Equal("/base/v1/a%3Ab?x=%2f", target.Uri.PathAndQuery);
        Assert.Equal("GET https://api.openai.com/v1/a%3Ab", target.Display);
        Assert.Equal(TargetOutcome.Ok, parser.Parse("GET", "", "?u=https://api.anthropic.com/v1/models", out target));
        Assert.Equal("http://[::1]:9091/v1/models", target!.Uri.OriginalString);
        Assert.Equal(TargetOutcome.UnknownHost, parser.Parse("GET", "", "?u=https://evil.test/v1/models", out _));
    }

    private static TargetParser Own()
    {
        var options = new ProviderOptions
        {
            Name = "own",
            Hosts = ["own.example.test"],
            Apis = [new ProviderApi { Api = "OpenAiChat", Base = "/openai/v1" }],
            Endpoints =
            [
                new() { Path = "/serving/{model}/invocations", Format = ApiFormat.OpenAiChat },
                new() { Path = "/listen", Format = ApiFormat.Fields, Model = "query:model", DefaultModel = "base" },
                new() { Path = "/search", Format = ApiFormat.Fields, Model = "name:search" },
                new() { Method = "GET", Path = "/result", Format = ApiFormat.Fields, Job = JobRole.Result, JobId = "query:id" },
                new() { Method = "GET", Path = "/fal/{model+}/requests/{job}/status" },
                new() { Method = "GET", Path = "/{model+}/requests/{job}", Format = ApiFormat.Fields, Job = JobRole.Result },
                new() { Path = "/fal/{model+}", Format = ApiFormat.Fields },
            ],
        };
        Assert.True(ProviderCatalog.TryCreate([options], out var catalog, out var errors), string.Join('\n', errors));
        return new TargetParser(catalog, UpstreamOverrides.None);
    }

    [Fact]
    public void ToError_EveryOutcomeButOk_HasStatusAndMessage()
    {
        foreach (var outcome in Enum.GetValues<TargetOutcome>().Where(outcome => outcome != TargetOutcome.Ok))
        {
            Assert.Equal(400, outcome.ToError().Code.Status);
            Assert.NotEmpty(outcome.ToError().Message);
        }
    }
}
