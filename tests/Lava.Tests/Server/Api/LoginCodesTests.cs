using Lava.Core;
using Lava.Server.Api.Auth;
using Lava.Testing.Gateway;

namespace Lava.Tests.Server.Api;

public sealed class LoginCodesTests
{
    private static readonly UInt256 Key = UInt256.Sha256("key"u8);
    private readonly ManualTime _time = new();

    [Fact]
    public void Take_ACode_WorksOnce()
    {
        var codes = new LoginCodes(_time);
        var code = codes.Issue(Key)!;

        Assert.True(codes.TryTake(code, out var key));
        Assert.Equal(Key, key);
        Assert.False(codes.TryTake(code, out _));
        Assert.False(codes.TryTake("", out _));
    }

    [Fact]
    public void Take_AfterAMinute_IsTooLate()
    {
        var codes = new LoginCodes(_time);
        var (early, late) = (codes.Issue(Key)!, codes.Issue(Key)!);
        _time.Advance(LoginCodes.Life - TimeSpan.FromSeconds(1));
        Assert.True(codes.TryTake(early, out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(codes.TryTake(late, out _));
    }

    [Fact]
    public void Issue_TooMany_WaitsUntilOldOnesHaveGone()
    {
        var codes = new LoginCodes(_time);
        var issued = Enumerable.Range(0, 1_001).Select(_ => codes.Issue(Key)).ToList();

        Assert.Equal((1_000, null), (issued.Distinct().Count(code => code is not null), issued[^1]));
        _time.Advance(LoginCodes.Life);
        Assert.NotNull(codes.Issue(Key));
    }

    [Theory]
    [InlineData("abc", "80", true)]
    [InlineData("A-_9", "65535", true)]
    [InlineData("abc", "65536", false)]
    [InlineData("abc", "0", false)]
    [InlineData("abc", "-1", false)]
    [InlineData("abc", "80@evil.example", false)]
    [InlineData("a\"b", "80", false)]
    [InlineData("abc\n", "80", false)]
    [InlineData("", "80", false)]
    [InlineData(null, "80", false)]
    [InlineData("abc", null, false)]
    public void Read_OnlyWhatStaysOnThisMachine_IsARequest(string? state, string? port, bool expected)
    {
        var request = ConnectRequest.Read(state, port);

        Assert.Equal(expected, request is not null);
        Assert.Equal(expected ? $"http://127.0.0.1:{port}/callback?code=c&state={state}" : null, request?.Callback("c"));
    }
}
