using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lava.Testing.Phones;

/// <summary>
/// Twilio Verify as its documentation describes it: verifications with a code that this stand-in shows to tests, five checks of each,
/// 404 for one that is over; and any failure that a test asks for.
/// </summary>
public sealed class TwilioStandIn : IAsyncDisposable
{
    public const string Account = "AC00000000000000000000000000000001";
    public const string Token = "twilio-token-that-no-log-may-have";
    public const string Service = "VA00000000000000000000000000000001";
    private const int ChecksMax = 5;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Verification> _bySid = new();
    private int _count;

    private TwilioStandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v2/Services/{service}/Verifications", SendAsync);
        _app.MapPost("/v2/Services/{service}/VerificationCheck", CheckAsync);
    }

    /// <summary>Status and Twilio's code of the next answers; null: it works. Status 0: the connection breaks.</summary>
    public (int Status, int Code)? Failure { get; set; }

    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<TwilioStandIn> StartAsync()
    {
        var standIn = new TwilioStandIn();
        await standIn._app.StartAsync();
        return standIn;
    }

    /// <summary>The code that went to a phone last.</summary>
    public string CodeOf(string phone) => _bySid.Values.Where(one => one.Phone == phone).MaxBy(one => one.Number)!.Code;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> SendAsync(HttpContext http, string service)
    {
        var form = await http.Request.ReadFormAsync();
        Requests.Enqueue($"Verifications {string.Join(' ', form.Keys)}");
        if (Refusal(http, service) is { } refused)
        {
            return refused;
        }

        var number = Interlocked.Increment(ref _count);
        var sid = $"VE{number:D32}";
        _bySid[sid] = new Verification(number, form["To"].ToString(), $"{100_000 + (number * 7919 % 900_000)}");
        return Results.Json(new { sid, to = form["To"].ToString(), channel = "sms", status = "pending" }, statusCode: 201);
    }

    private async Task<IResult> CheckAsync(HttpContext http, string service)
    {
        var form = await http.Request.ReadFormAsync();
        Requests.Enqueue($"VerificationCheck {string.Join(' ', form.Keys)}");
        if (Refusal(http, service) is { } refused)
        {
            return refused;
        }

        var sid = form["VerificationSid"].ToString();
        if (!_bySid.TryGetValue(sid, out var verification) || verification.IsOver)
        {
            return Results.Json(new { code = 20404, message = "The requested resource was not found", status = 404 }, statusCode: 404);
        }

        if (++verification.Checks > ChecksMax)
        {
            return Results.Json(new { code = 60202, message = "Max check attempts reached", status = 429 }, statusCode: 429);
        }

        verification.IsOver = form["Code"] == verification.Code;
        return Results.Json(new { sid, to = verification.Phone, status = verification.IsOver ? "approved" : "pending" });
    }

    private IResult? Refusal(HttpContext http, string service)
    {
        if (Failure is { Status: 0 })
        {
            http.Abort();
            return Results.Empty;
        }

        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Account}:{Token}"))}";
        return Failure is { } failure
            ? Results.Json(new { code = failure.Code, message = "No", status = failure.Status }, statusCode: failure.Status)
            : http.Request.Headers.Authorization != expected || service != Service
            ? Results.Json(new { code = 20003, message = "Authenticate", status = 401 }, statusCode: 401)
            : null;
    }

    private sealed record Verification(int Number, string Phone, string Code)
    {
        public int Checks { get; set; }

        public bool IsOver { get; set; }
    }
}
