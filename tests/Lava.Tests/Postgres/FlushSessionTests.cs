using System.Buffers;
using System.Runtime.InteropServices;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed partial class FlushSessionTests(PostgresServer server)
{
    private const int SigStop = 19;
    private const int SigContinue = 18;

    // Far more than a socket's buffers hold.
    private const int Bytes = 16 << 20;

    [Fact]
    public async Task Copy_ServerTakesNothing_GivesUpAfterItsTimeLimit()
    {
        var settings = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { CommandTimeout = 1, Pooling = false };
        await using var source = NpgsqlDataSource.Create(settings);
        var session = await FlushSession.OpenAsync(source, new FlushTotals(), CancellationToken.None);
        var backend = session.Connection.ProcessID;
        await using var transaction = await session.Connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("create temp table taken (bytes bytea)", session.Connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        // The server is silent from the first row on, not before: until then it is Npgsql that gives up.
        var rows = new StoppingRows(Bytes, () => Assert.Equal(0, Kill(backend, SigStop)));
        try
        {
            var copying = session.CopyAsync("copy taken from stdin (format binary)", rows.Memory, CancellationToken.None);

            var failure = await Assert.ThrowsAsync<TimeoutException>(() => copying.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.StartsWith("PostgreSQL took no rows for 00:00:01", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            Assert.Equal(0, Kill(backend, SigContinue));
        }

        Assert.False(session.IsOpen);
        await session.DisposeAsync();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    /// <summary>Rows that tell when they are sent.</summary>
    private sealed class StoppingRows(int length, Action sent) : MemoryManager<byte>
    {
        private readonly byte[] _bytes = new byte[length];
        private Action? _sent = sent;

        // Without a look at the bytes.
        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public override Span<byte> GetSpan()
        {
            Interlocked.Exchange(ref _sent, null)?.Invoke();
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Interlocked.Exchange(ref _sent, null)?.Invoke();
            return _bytes.AsMemory(elementIndex).Pin();
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
