using System.Runtime.InteropServices;

namespace Lava.Server.Hosting;

/// <summary>
/// SIGTERM, Ctrl-C and SIGQUIT, from the process's first moment on: the first one stops it, a second one hurries it. The web host's own
/// handlers know no second signal, and none before the web host runs.
/// </summary>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(Register)];

    /// <summary>Accept nothing new, let running calls finish.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>End running calls now.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <summary>A signal came.</summary>
    public void Take() => _ = _stop.IsCancellationRequested ? _hurry.CancelAsync() : _stop.CancelAsync();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _hurry.Dispose();
    }

    Task IHostLifetime.WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostLifetime.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(
        signal,
        context =>
        {
            context.Cancel = true;
            Take();
        });
}
