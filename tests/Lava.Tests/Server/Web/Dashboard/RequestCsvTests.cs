using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Requests;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class RequestCsvTests
{
    private static readonly Guid Customer = Guid.NewGuid();

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\n=1", "'\n=1")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Plain_WhatCouldBeAFormula_IsNone(string? text, string expected) => Assert.Equal(expected, CsvText.Plain(text));

    [Fact]
    public void AddLine_AnyCells_AreQuotedWhereTheyMust()
    {
        var lines = new StringBuilder();
        CsvText.AddLine(lines, ["a", "b,c", "say \"x\"", "two\r\nlines", ""]);
        Assert.Equal("a,\"b,c\",\"say \"\"x\"\"\",\"two\r\nlines\",\r\n", lines.ToString());
    }

    [Fact]
    public void Add_ARecord_SaysAllExactly()
    {
        var record = new UsageRecord
        {
            Id = Guid.NewGuid(),
            RequestId = "=1+1",
            CustomerId = Customer,
            MeterId = Guid.NewGuid(),
            Status = RequestStatus.Error,
            ErrorCode = "upstream_cut",
            HttpStatus = 200,
            Provider = "openai",
            Model = "@model, \"x\"",
            Billed = true,
            Usage = new Usage
            {
                InputTokens = 1_234_567,
                OutputTokens = 2,
                InputMicroseconds = 1_500_000,
                CachedInputTokens = 9,
                Certainty = UsageCertainty.Partial,
                Reason = UsageReason.Cut,
            },
            InputCost = new Money(1),
            OutputCost = new Money(2),
            Charge = new Money(12_345_678_901),
            RateType = RateType.Percentage,
            Metadata = """{"feature":"chat"}""",
            CreatedAtMicros = 1_800_000_000_123_456,
            CompletedAtMicros = 1_800_000_001_123_456,
            AddedMicros = 77,
        };

        var row = Cells(record);

        Assert.Equal("'=1+1", row["request_id"]);
        Assert.Equal("'@model, \"x\"", row["model"]);
        Assert.Equal("2027-01-15T08:00:00.123456Z", row["created_at"]);
        Assert.Equal(("error", "upstream_cut", "200"), (row["status"], row["error_code"], row["http_status"]));
        Assert.Equal((Ids.Format("con", true, Customer), "'-ada"), (row["customer_id"], row["customer_reference"]));
        Assert.Equal(("partial", "cut"), (row["usage_certainty"], row["usage_reason"]));
        Assert.Equal(("1234567", "9", "1.5"), (row["input_tokens"], row["cached_input_tokens"], row["input_seconds"]));
        Assert.Equal(("0.0000000003", "1.2345678901", "true"), (row["cost"], row["charge"], row["billed"]));
        Assert.Equal(("percentage", "1000", "77"), (row["rate_type"], row["total_ms"], row["added_us"]));
        Assert.Equal("""{"feature":"chat"}""", row["metadata"]);
    }

    [Fact]
    public void Add_AReportWithoutMeter_LeavesOutWhatItLacks()
    {
        var row = Cells(new UsageRecord { RequestId = "r", Reported = true });
        Assert.Equal(("", "", "", "", ""), (row["added_us"], row["total_ms"], row["unit"], row["customer_id"], row["http_status"]));
    }

    private static Dictionary<string, string> Cells(UsageRecord record)
    {
        var (head, line) = (new StringBuilder(), new StringBuilder());
        RequestCsv.AddHead(head);
        new RequestCsv(isTest: true, id => id == Customer ? "-ada" : null, _ => "chat").Add(line, record);
        var (names, cells) = (Split(head.ToString()), Split(line.ToString()));
        Assert.Equal(names.Count, cells.Count);
        return names.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    // A reader of its own: what is quoted, and what a doubled quotation mark means.
    private static List<string> Split(string line)
    {
        var cells = new List<string> { "" };
        var isQuoted = false;
        for (var i = 0; i < line.Length - 2; i++)
        {
            if (line[i] == '"' && isQuoted && line[i + 1] == '"')
            {
                cells[^1] += line[i++];
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                cells.Add("");
            }
            else
            {
                cells[^1] += line[i];
            }
        }

        Assert.EndsWith("\r\n", line, StringComparison.Ordinal);
        return cells;
    }
}
