using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Load;

/// <summary>As much of a gateway as a scenario needs: it sells calls at a price and keeps books, right or wrong ones.</summary>
internal sealed class BooksGateway : IAsyncDisposable
{
    private const decimal Price = 0.001m;
    private readonly WebApplication _server;
    private long _calls;
    private decimal _credit;

    private BooksGateway()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>What of each call never reaches the records.</summary>
    public bool LosesRecords { get; init; }

    public string Url => _server.Urls.Single();

    public static async Task<BooksGateway> StartAsync(bool losesRecords = false)
    {
        var gateway = new BooksGateway { LosesRecords = losesRecords };
        await gateway._server.StartAsync();
        return gateway;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/metrics")
        {
            await context.Response.WriteAsync("lava_journal_open_holds 0\n");
            return;
        }

        var calls = Volatile.Read(ref _calls);
        JsonObject answer = path.Split('/')[^1] switch
        {
            "customers" => new() { ["customer_id"] = "con_1" },
            "credits" => Credit((await JsonNode.ParseAsync(context.Request.Body))!),
            "balance" => new() { ["available"] = Text(_credit - calls * Price) },
            "usage" => new() { ["totals"] = Totals(LosesRecords ? calls - calls / 2 : calls) },
            "forward" => new() { ["call"] = Interlocked.Increment(ref _calls) },
            _ => [],
        };
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Credit(JsonNode request)
    {
        _credit = decimal.Parse((string)request["amount"]!, CultureInfo.InvariantCulture);
        return [];
    }

    private static JsonObject Totals(long calls) => new() { ["total_requests"] = calls, ["total_charge"] = Text(calls * Price) };

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
