using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lava.FunctionalTests.Checkout;

/// <summary>Twilio Verify as far as codes go: ten digits, so that nothing else looks like them.</summary>
internal sealed class TwilioStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Phone, string Code)> _sent = new();
    private readonly WebApplication _app;

    private TwilioStandIn()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Url => _app.Urls.Single();

    /// <summary>All that were sent.</summary>
    public IEnumerable<string> Codes => _sent.Values.Select(sent => sent.Code);

    public static async Task<TwilioStandIn> StartAsync()
    {
        var twilio = new TwilioStandIn();
        await twilio._app.StartAsync();
        return twilio;
    }

    /// <summary>What the message to a phone said.</summary>
    public string CodeOf(string phone) => _sent.Values.Single(sent => sent.Phone == phone).Code;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (http.Request.Path.Value!.EndsWith("/Verifications", StringComparison.Ordinal))
        {
            var sid = $"VE{Guid.NewGuid():N}";
            var digits = RandomNumberGenerator.GetInt32(100_000, 1_000_000) * 10_000L + RandomNumberGenerator.GetInt32(10_000);
            _sent[sid] = (form["To"]!, digits.ToString(CultureInfo.InvariantCulture));
            http.Response.StatusCode = StatusCodes.Status201Created;
            await http.Response.WriteAsJsonAsync(new { sid, to = form["To"].ToString(), status = "pending" });
            return;
        }

        var (phone, code) = _sent[form["VerificationSid"].ToString()];
        await http.Response.WriteAsJsonAsync(new { to = phone, status = form["Code"] == code ? "approved" : "pending" });
    }
}
