using System.Text.Json;

namespace Lava.Billing.Payments;

/// <summary>
/// The test cards that Stripe publishes (https://docs.stripe.com/testing): one table, which the sandbox reads by token and the checkout's
/// page, in the browser, by number.
/// </summary>
public static class TestCards
{
    /// <summary>The table's name among the embedded files.</summary>
    public const string FileName = "test-cards.json";

    private static readonly Lazy<IReadOnlyList<TestCard>> Cards = new(Load);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TestCard> All => Cards.Value;

    private static TestCard[] Load()
    {
        using var stream = typeof(TestCards).Assembly.GetManifestResourceStream(FileName)!;
        using var table = JsonDocument.Parse(stream);
        return [.. table.RootElement.GetProperty("cards").EnumerateArray().Select(Read)];
    }

    private static TestCard Read(JsonElement row)
    {
        var cells = row.EnumerateArray().Select(cell => cell.GetString()!).ToArray();
        return new TestCard(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
    }
}
