using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Billing.Checkout;
using Lava.Core;
using Lava.Server.Web.Checkout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Testing.Checkout;

/// <summary>
/// The checkout's pages over a <see cref="ScriptedCheckout"/> on a free port, and <c>/scripted</c>, by which tests in another process make
/// sessions and look at them.
/// </summary>
public sealed class CheckoutServer : IAsyncDisposable
{
    /// <summary>What takes the cards of live merchants' sessions.</summary>
    public const string LiveCardScript = "https://js.stripe.com/endive/stripe.js";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly LegacySecret _secrets = new(RandomNumberGenerator.GetBytes(LegacySecret.MasterKeyLength));
    private readonly WebApplication _app;

    private CheckoutServer(ILoggerFactory logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.MapCheckout(new CheckoutWeb(Checkout, _secrets) { LiveCardScript = LiveCardScript }, logging);
        _app.MapPost("/scripted", AddAsync);
        _app.MapGet("/scripted/{id}", LookAsync);
        _app.MapPut("/scripted/{id}/away", http => SetAwayAsync(http, isAway: true));
        _app.MapDelete("/scripted/{id}/away", http => SetAwayAsync(http, isAway: false));
    }

    public ScriptedCheckout Checkout { get; } = new();

    /// <summary>Ends with a slash.</summary>
    public string Url => _app.Urls.Single() + "/";

    public static async Task<CheckoutServer> StartAsync(ILoggerFactory? logging = null)
    {
        var server = new CheckoutServer(logging ?? NullLoggerFactory.Instance);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A session's secret.</summary>
    public string Secret(ScriptedSession session) => _secrets.FormatCheckout(session.IsTest, session.Id);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AddAsync(HttpContext http)
    {
        var asked = await JsonNode.ParseAsync(http.Request.Body);
        var session = Checkout.Add(new ScriptedSession
        {
            Mode = Enum.Parse<CheckoutMode>(Read<string>(asked, "mode") ?? nameof(CheckoutMode.Subscription)),
            Origin = Read<string>(asked, "origin") ?? "https://shop.example",
            Masked = Read<string>(asked, "masked"),
            Problem = Read<string>(asked, "problem") is { } problem ? Enum.Parse<CheckoutProblem>(problem) : null,
            IsExpired = Read<bool>(asked, "isExpired"),
            IsReturning = Read<bool>(asked, "isReturning"),
            Polls = Read<int>(asked, "polls"),
        });
        var secret = Secret(session);
        var token = JsonSerializer.SerializeToUtf8Bytes(new { secret, @base = Url });
        await http.Response.WriteAsJsonAsync(new { id = session.Id, secret, token = Convert.ToBase64String(token) }, Json);
    }

    private ScriptedSession Find(HttpContext http) => Checkout.Find(Guid.Parse((string)http.Request.RouteValues["id"]!));

    private Task SetAwayAsync(HttpContext http, bool isAway)
    {
        Find(http).IsAway = isAway;
        return Task.CompletedTask;
    }

    private Task LookAsync(HttpContext http)
    {
        var session = Find(http);
        return http.Response.WriteAsJsonAsync(
            new
            {
                session.Phone,
                session.Country,
                session.Sends,
                session.Payments,
                session.IsDone,
                Amount = session.Amount?.ToString(),
                Cards = session.Cards.Select(card => card.Last4),
            },
            Json);
    }

    private static T? Read<T>(JsonNode? node, string name) => node?[name] is { } value ? value.GetValue<T>() : default;
}
