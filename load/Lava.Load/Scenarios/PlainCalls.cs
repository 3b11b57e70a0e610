using System.Net;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>Scenarios of one kind of call.</summary>
internal static class PlainCalls
{
    private const int Customers = 50;
    private const string Credit = "100000";
    private const string Price = "0.001";
    private const int Mebibyte = 1024 * 1024;

    // Every so many reports, one repeats the first of them.
    private const int RepeatEvery = 4;

    public static Task<PreparedCalls> JsonAsync(ScenarioTools tools) =>
        SameAsync(tools, Customers, tools.Apps.CallAsync, CallBody.Json(100));

    public static Task<PreparedCalls> StreamAsync(ScenarioTools tools) =>
        SameAsync(tools, Customers, tools.Apps.StreamAsync, CallBody.Stream(50, perSecond: 50));

    public static Task<PreparedCalls> StreamFastAsync(ScenarioTools tools) =>
        SameAsync(tools, Customers, tools.Apps.StreamAsync, CallBody.Stream(200, perSecond: 0));

    public static Task<PreparedCalls> HotWalletAsync(ScenarioTools tools) => SameAsync(tools, 1, tools.Apps.CallAsync, CallBody.Json(100));

    public static Task<PreparedCalls> LargeAsync(ScenarioTools tools) => SameAsync(
        tools, Customers, tools.Apps.CallAsync, [.. new[] { 1, 2, 4, 8 }.Select(size => CallBody.Large(size * Mebibyte, tokens: 50_000))]);

    public static async Task<PreparedCalls> BrokeAsync(ScenarioTools tools)
    {
        var meter = await tools.Api.MeterAsync("load", Price);
        var books = await Books.OpenAsync(tools.Api, 1, "0.0001", Price);
        var token = tools.Api.Token(books.Customers[0], meter);
        var body = CallBody.Json(100);
        return new PreparedCalls(_ => tools.Apps.CallAsync(token, body, HttpStatusCode.PaymentRequired), books);
    }

    public static async Task<PreparedCalls> ReportsAsync(ScenarioTools tools)
    {
        var meter = await tools.Api.MeterAsync("load", Price);
        var books = await Books.OpenAsync(tools.Api, Customers, Credit, Price);
        return new PreparedCalls(
            number => number % RepeatEvery == RepeatEvery - 1
                ? Report(number - RepeatEvery + 1)
                : books.CountAsync(Report(number)),
            books);

        Task<StepResult> Report(long number) => tools.Api.ReportAsync(number, books.CustomerOf(number), meter);
    }

    private static async Task<PreparedCalls> SameAsync(
        ScenarioTools tools, int customers, Func<string, CallBody, Task<StepResult>> call, params CallBody[] bodies)
    {
        var meter = await tools.Api.MeterAsync("load", Price);
        var books = await Books.OpenAsync(tools.Api, customers, Credit, Price);
        var tokens = books.Customers.Select(customer => tools.Api.Token(customer, meter)).ToArray();
        return new PreparedCalls(
            number => books.CountAsync(call(tokens[number % tokens.Length], bodies[number % bodies.Length])), books);
    }
}
