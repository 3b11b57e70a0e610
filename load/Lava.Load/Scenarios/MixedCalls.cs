using System.Net;

namespace Lava.Load.Scenarios;

/// <summary>Scenarios of many kinds of calls at once.</summary>
internal static class MixedCalls
{
    private const int Customers = 50;
    private const string Credit = "1000000";

    // Answers have from half to one and a half times as many words: as many kinds of bodies, made once.
    private const int Words = 50;

    // What a slow client reads: more than its system buffers.
    private const int SlowWords = 100_000;

    public static async Task<PreparedCalls> MixedAsync(ScenarioTools tools)
    {
        const string Price = "0.001";
        var meter = await tools.Api.MeterAsync("mixed", Price);
        var books = await Books.OpenAsync(tools.Api, Customers, Credit, Price);
        var tokens = books.Customers.Select(customer => tools.Api.Token(customer, meter)).ToArray();
        var (json, fast, paced) = (CallBody.Json(100), CallBody.Stream(100, perSecond: 0), CallBody.Stream(Words, perSecond: 100));
        var large = CallBody.Json(SlowWords);
        var mix = new CallMix(
            (40, number => books.CountAsync(tools.Apps.CallAsync(Token(number), json))),
            (20, number => books.CountAsync(tools.Apps.StreamAsync(Token(number), fast))),
            (25, number => books.CountAsync(tools.Apps.StreamAsync(Token(number), paced))),
            (5, number => books.CountAsync(tools.Apps.CallSlowlyAsync(Token(number), large))),
            (10, number => books.CountLeftAsync(tools.Apps.LeaveAsync(Token(number), paced))));
        return new PreparedCalls(mix.RunAsync, books);

        string Token(long number) => tokens[number % tokens.Length];
    }

    /// <summary>Every third call is charged by its tokens, the others a price each.</summary>
    public static async Task<PreparedCalls> SoakAsync(ScenarioTools tools)
    {
        var (api, apps) = (tools.Api, tools.Apps);
        var fixedMeter = await api.MeterAsync("soak-requests", "0.0010000001");
        var percentage = await api.MeterAsync("soak-tokens", "0.25", rateType: "percentage", tierType: "tokens_1m");
        var broke = api.Token(await api.CustomerAsync("0.0000000001"), fixedMeter);
        var books = await Books.OpenAsync(api, Customers, Credit, price: null);
        var json = Bodies(CallBody.Json);
        var (fast, paced) = (Bodies(words => CallBody.Stream(words, 0)), Bodies(words => CallBody.Stream(words, 100)));
        var refused = CallBody.Json(Words);
        var mix = new CallMix(
            (9, number => books.CountAsync(apps.CallAsync(Token(number), json[number % Words]))),
            (4, number => books.CountAsync(apps.StreamAsync(Token(number), fast[number % Words]))),
            (3, number => books.CountAsync(apps.StreamAsync(Token(number), paced[number % Words]))),
            (1, number => books.CountLeftAsync(apps.LeaveAsync(Token(number), paced[number % Words]))),
            (1, _ => apps.CallAsync(broke, refused, HttpStatusCode.PaymentRequired)),
            (2, number => books.CountAsync(api.ReportAsync(number, books.CustomerOf(number), fixedMeter))));
        return new PreparedCalls(mix.RunAsync, books);

        string Token(long number) => api.Token(books.CustomerOf(number), number % 3 == 0 ? percentage : fixedMeter);
    }

    private static CallBody[] Bodies(Func<int, CallBody> create) => [.. Enumerable.Range(Words / 2, Words).Select(create)];
}
