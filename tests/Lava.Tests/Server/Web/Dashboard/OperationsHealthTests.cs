using Lava.Postgres;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Operations;

namespace Lava.Tests.Server.Web.Dashboard;

/// <summary>What the operator's page says of the last proof of the books.</summary>
public sealed class OperationsHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 0, "good", "proven")]
    [InlineData(8 * 24, 0, "warn", "proven, long ago")]
    [InlineData(1, 3, "bad", "3 differences")]
    public void Verify_ARun_SaysWhenInTheViewersZone(int hoursAgo, long differences, string tone, string word)
    {
        var at = Now.AddHours(-hoursAgo);
        var record = new VerificationRecord(at, TimeSpan.FromSeconds(3), 30, differences, "", "1.0");

        var line = OperationsHealth.Verify(record, isKnown: true, Now, ViewerZone.Of("Asia/Tokyo"));

        Assert.Equal((tone, word), (line.Tone, line.Word));
        Assert.StartsWith(
            hoursAgo == 1 ? "30 checks on 22 Nov 2026, 18:00, 60 min ago" : "30 checks on 14 Nov 2026, 19:00, 8 d 0 h ago", line.Figure,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "never proven")]
    [InlineData(false, "not known")]
    public void Verify_NoRun_SaysSo(bool isKnown, string word)
    {
        var line = OperationsHealth.Verify(null, isKnown, Now, ViewerZone.Utc);

        Assert.Equal(("warn", word), (line.Tone, line.Word));
    }
}
