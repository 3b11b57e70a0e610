using System.Net;

namespace Lava.Server.Demo;

/// <summary>
/// The demonstration's customers who go on calling, over HTTP as any other caller: now and then one of them leaves in the middle of an
/// answer or has reached a limit, and whoever meets a provider that fails asks another's model. Who runs out of credit gets some, but for
/// the few that are to be seen without.
/// </summary>
internal sealed class DemoTraffic(DemoFile file, double rate, SeededRandom random, TimeProvider time)
{
    // More than that are not begun while the server is slow.
    private const int InFlight = 50;
    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ReportPause = TimeSpan.FromMinutes(1);

    /// <summary>Calls until it is told to stop, and ends when the last call has.</summary>
    public async Task RunAsync(Uri server, IReadOnlyList<(string Name, string Url)> webhooks, CancellationToken stop)
    {
        if (rate <= 0 || file.Callers.Length == 0)
        {
            return;
        }

        var requests = new DemoRequests(file, server, random);
        using var http = new HttpClient { Timeout = CallLimit };
        using var places = new SemaphoreSlim(InFlight, InFlight);
        await new DemoWebhooks(file, server, http).PointAsync(webhooks, stop);
        var nextReport = time.GetUtcNow();
        while (!stop.IsCancellationRequested)
        {
            // As calls that know nothing of each other come (Poisson).
            var pause = TimeSpan.FromSeconds(-Math.Log(1 - random.Fraction()) / rate);
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || !places.Wait(0, CancellationToken.None))
            {
                continue;
            }

            var now = time.GetUtcNow();
            var isReport = now >= nextReport;
            nextReport = isReport ? now + ReportPause : nextReport;
            _ = CallAsync(http, requests, isReport ? requests.Report() : requests.Call(), places, stop);
        }

        for (var i = 0; i < InFlight; i++)
        {
            await places.WaitAsync(CancellationToken.None);
        }
    }

    private async Task CallAsync(
        HttpClient http, DemoRequests requests, DemoCall call, SemaphoreSlim places, CancellationToken stop)
    {
        try
        {
            var status = await SendAsync(http, call, stop);
            if (call.Retry is { } again && status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests)
            {
                await SendAsync(http, new DemoCall(again, call.Customer, Leaves: false), stop);
            }
            else if (status == HttpStatusCode.PaymentRequired && call.Customer is { } customer && !file.DryCallers.Contains(customer))
            {
                await SendAsync(http, requests.Credit(customer), stop);
            }
        }
        finally
        {
            places.Release();
        }
    }

    // What becomes of it stands in the server's own records; who asks here only makes it happen. Null: no answer.
    private static async Task<HttpStatusCode?> SendAsync(HttpClient http, DemoCall call, CancellationToken stop)
    {
        try
        {
            using var message = call.Message;
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop);
            await using var body = await answer.Content.ReadAsStreamAsync(stop);
            var piece = new byte[8192];
            while (await body.ReadAsync(piece, stop) > 0 && !call.Leaves)
            {
            }

            return answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // A server that stops, or is slow.
            return null;
        }
    }
}
