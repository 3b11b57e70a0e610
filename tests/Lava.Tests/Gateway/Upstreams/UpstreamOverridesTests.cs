using Lava.Gateway.Upstreams;

namespace Lava.Tests.Gateway.Upstreams;

public sealed class UpstreamOverridesTests
{
    [Fact]
    public void TryParse_Everything_WrongIsReportedAtOnce()
    {
        string[] entries =
        [
            "api.openai.com", "127.0.0.1=http://x.test", "a b=http://x.test", "api.openai.com=ftp://x.test", "api.openai.com=nonsense",
            "api.openai.com=http://u:p@x.test", "api.openai.com=http://x.test?a=1", "api.openai.com=http://x.test#a",
            "api.openai.com=http://x.test", "API.openai.com=http://y.test", "=http://x.test",
        ];
        Assert.False(UpstreamOverrides.TryParse(entries, out var overrides, out var errors));
        Assert.Null(overrides);
        Assert.Equal(entries.Length - 1, errors.Count);
    }

    [Fact]
    public void Trusts_OnlyWhatTheOperatorNamed()
    {
        Assert.True(UpstreamOverrides.TryParse(["*=http://127.0.0.1:9090", "api.openai.com=https://proxy.test"], out var overrides, out _));
        Assert.True(overrides.Trusts("127.0.0.1", 9090));
        Assert.True(overrides.Trusts("proxy.test", 443));
        Assert.False(overrides.Trusts("127.0.0.1", 443));
        Assert.False(overrides.Trusts("api.openai.com", 443));
        Assert.Equal("https://proxy.test", overrides.Find("api.openai.com"));
        Assert.Equal("http://127.0.0.1:9090", overrides.Find("api.anthropic.com"));
        Assert.Null(UpstreamOverrides.None.Find("api.openai.com"));
    }
}
