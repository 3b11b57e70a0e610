namespace Lava.Server.Demo;

/// <summary>
/// The demonstration's customers who go on calling, over HTTP as any other caller: now and then one of them leaves in the middle of an
/// answer, has no credit left or has reached a limit.
/// </summary>
internal sealed class DemoTraffic(DemoFile file, double rate, long seed, TimeProvider time)
{
    // More than that are not begun while the server is slow.
    private const int InFlight = 50;
    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ReportPause = TimeSpan.FromMinutes(1);

    /// <summary>Calls until it is told to stop, and ends when the last call has.</summary>
    public async Task RunAsync(Uri server, CancellationToken stop)
    {
        if (rate <= 0 || file.Callers.Length == 0)
        {
            return;
        }

        var random = new SeededRandom(seed + time.GetUtcNow().Ticks);
        var requests = new DemoRequests(file, server, random);
        using var http = new HttpClient { Timeout = CallLimit };
        using var places = new SemaphoreSlim(InFlight, InFlight);
        var nextReport = time.GetUtcNow();
        while (!stop.IsCancellationRequested)
        {
            // As calls that know nothing of each other come (Poisson).
            var pause = TimeSpan.FromSeconds(-Math.Log(1 - random.Fraction()) / rate);
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || !places.Wait(0))
            {
                continue;
            }

            var now = time.GetUtcNow();
            var report = now >= nextReport;
            nextReport = report ? now + ReportPause : nextReport;
            var (message, leaves) = report ? (requests.Report(), false) : requests.Call();
            _ = SendAsync(http, message, leaves, places, stop);
        }

        for (var i = 0; i < InFlight; i++)
        {
            await places.WaitAsync(CancellationToken.None);
        }
    }

    // What becomes of it stands in the server's own records; those who ask here only make it happen.
    private static async Task SendAsync(
        HttpClient http, HttpRequestMessage message, bool leaves, SemaphoreSlim places, CancellationToken stop)
    {
        try
        {
            using (message)
            using (var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop))
            {
                await using var body = await answer.Content.ReadAsStreamAsync(stop);
                var piece = new byte[8192];
                while (await body.ReadAsync(piece, stop) > 0 && !leaves)
                {
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // A server that stops, or is slow.
        }
        finally
        {
            places.Release();
        }
    }
}
